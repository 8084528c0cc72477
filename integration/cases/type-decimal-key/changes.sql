UPDATE t SET v = v + 10;
UPDATE t SET k = -k WHERE k <> 0;
DELETE FROM t WHERE k = 0;
