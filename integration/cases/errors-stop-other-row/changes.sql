UPDATE s SET v = 2;
UPDATE t SET v = 2 WHERE id = 1;
