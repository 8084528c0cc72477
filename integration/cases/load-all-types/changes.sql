UPDATE t SET v = 'changed' WHERE id = 5;
