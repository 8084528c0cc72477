INSERT INTO t VALUES (2, REPEAT('abc', 1000), REPEAT('ü', 20000), REPEAT(0x00FF, 20000)), (3, '', '', '');
UPDATE t SET v = REPEAT('z', 4000), b = 'now' WHERE id = 1;
