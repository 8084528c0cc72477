UPDATE t SET v = v * 10 WHERE a = 1;
UPDATE t SET c = '2025-01-01' WHERE b = 'x';
DELETE FROM t WHERE b = 'y';
INSERT INTO t VALUES (1, '', '2024-01-01', 4), (1, ' z', '2024-01-01', 5);
