INSERT INTO t (id, a, z) VALUES (3, 3, 'z'), (4, NULL, NULL);
UPDATE t SET a = 10 WHERE id = 1;
DELETE FROM t WHERE id = 2;
