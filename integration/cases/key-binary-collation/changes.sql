UPDATE t SET v = v + 10;
DELETE FROM t WHERE k = 'A';
UPDATE t SET k = 'A' WHERE k = 'a';
