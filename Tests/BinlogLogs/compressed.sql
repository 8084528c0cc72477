-- servers: mariadb
SET GLOBAL log_bin_compress = ON;
SET GLOBAL log_bin_compress_min_len = 10;
SET GLOBAL binlog_row_metadata = FULL;
CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(300), c TEXT COMPRESSED, d VARCHAR(900) COMPRESSED);
CREATE TABLE i (a INT PRIMARY KEY, u UUID, v INET4, w INET6, j JSON);
-- log
INSERT INTO t VALUES (1,REPEAT('ab',50),REPEAT('text',40),REPEAT('d',300)),(2,REPEAT('cd',50),'short','');
UPDATE t SET b=REPEAT('x',60), c=REPEAT('y',200) WHERE a=1;
DELETE FROM t;
INSERT INTO i VALUES (1,'123e4567-e89b-12d3-a456-426655440000','192.168.0.1','2001:db8::1','{"a": [1, 2]}'),(2,NULL,NULL,NULL,NULL);
CREATE TABLE a_table_with_a_name (a_column_with_a_name INT, b_column_with_a_name INT);
DROP TABLE a_table_with_a_name;
