INSERT INTO t (id, v) VALUES (3, 3);
UPDATE t SET v = 10 WHERE id = 1;
UPDATE t SET v = 20, at = at, st = st WHERE id = 2;
