SET SESSION binlog_transaction_compression = ON;
BEGIN;
INSERT INTO t VALUES (1, REPEAT('a', 200)), (2, REPEAT('b', 200)), (3, REPEAT('c', 200));
UPDATE t SET v = 'x' WHERE id = 2;
COMMIT;
DELETE FROM t WHERE id = 1;
