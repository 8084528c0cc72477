-- servers: mariadb mysql mysql80
SET GLOBAL binlog_checksum = NONE;
SET GLOBAL binlog_row_metadata = MINIMAL;
SET GLOBAL binlog_row_image = MINIMAL;
CREATE TABLE a (a INT PRIMARY KEY, b VARCHAR(10), c TEXT, d INT DEFAULT 5);
CREATE TABLE n (a INT, b VARCHAR(10));
-- log
INSERT INTO a (a,b) VALUES (1,'x'),(2,'y');
UPDATE a SET c='changed' WHERE a=1;
UPDATE a SET a=3 WHERE a=2;
DELETE FROM a WHERE a=1;
INSERT INTO n VALUES (1,'x'),(1,NULL);
UPDATE n SET b='z';
DELETE FROM n LIMIT 1;
SET SESSION binlog_row_image = NOBLOB;
UPDATE a SET d=7;
