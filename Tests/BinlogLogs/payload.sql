-- servers: mysql mysql80
SET GLOBAL binlog_transaction_compression = ON;
CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(200), c JSON);
-- log
INSERT INTO t VALUES (1,REPEAT('ab',90),'{"a":1}'),(2,REPEAT('cd',90),'[]');
BEGIN;
UPDATE t SET b=REPEAT('x',100) WHERE a=1;
DELETE FROM t WHERE a=2;
COMMIT;
