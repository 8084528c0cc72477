-- Of equal rows exactly as many change as on the source.
DELETE FROM t WHERE a = 1 LIMIT 1;
UPDATE t SET b = 'y' WHERE a = 1 LIMIT 1;
UPDATE t SET a = 3 WHERE a IS NULL LIMIT 1;
INSERT INTO t VALUES (1, 'x', NULL), (2, NULL, '2024-01-01');
DELETE FROM t WHERE a = 2 LIMIT 1;
