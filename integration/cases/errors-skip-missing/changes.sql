UPDATE t SET b = 'eins' WHERE a = 1;
DELETE FROM t WHERE a = 2;
UPDATE t SET b = 'drei' WHERE a = 3;
DELETE FROM t WHERE a = 1;
INSERT INTO t VALUES (4, 'four');
