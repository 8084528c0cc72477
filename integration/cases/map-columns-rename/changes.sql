INSERT INTO t VALUES (2, 'two', 2);
UPDATE t SET id = 3, name = 'three' WHERE id = 1;
