INSERT INTO t VALUES (2, 2, 'secret', 2);
UPDATE t SET ssn = 'other' WHERE id = 1;
UPDATE t SET a = 10, ssn = 'third' WHERE id = 1;
DELETE FROM t WHERE id = 2;
INSERT INTO t VALUES (3, 3, 'x', 3);
