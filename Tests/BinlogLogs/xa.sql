-- servers: mariadb mysql mysql80
CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(20));
-- log
XA START 'one','branch',7;
INSERT INTO t VALUES (1,'one'),(2,'two');
XA END 'one','branch',7;
XA PREPARE 'one','branch',7;
XA COMMIT 'one','branch',7;
XA START 'two';
UPDATE t SET b='three' WHERE a=2;
XA END 'two';
XA PREPARE 'two';
XA ROLLBACK 'two';
XA START 'three';
DELETE FROM t WHERE a=1;
XA END 'three';
XA COMMIT 'three' ONE PHASE;
XA START 'four';
XA END 'four';
XA PREPARE 'four';
XA COMMIT 'four';
