UPDATE t SET v = v + 10;
DELETE FROM t WHERE v = 13;
UPDATE t SET f = f / 3, d = d / 3 WHERE v = 12;
