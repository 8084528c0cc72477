SET unique_checks = 0;
INSERT INTO t VALUES (1, 1), (2, 2);
UPDATE t SET u = 3 WHERE id = 1;
