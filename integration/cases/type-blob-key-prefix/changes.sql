UPDATE t SET v = 10, b = CONCAT('x', REPEAT('z', 1000)) WHERE k = 'one';
DELETE FROM t WHERE k = 'two';
INSERT INTO t VALUES (REPEAT('k', 500), REPEAT('b', 10000), 3);
