INSERT INTO t VALUES (2, 2, 'secret');
UPDATE t SET ssn = 'other', a = 5 WHERE id = 1;
