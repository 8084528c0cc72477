INSERT INTO t VALUES (2, -0e0, -0e0), (3, 0e0 * -1, 0e0 * -1);
UPDATE t SET f = -0e0, d = -0e0 WHERE id = 1;
UPDATE t SET d = 0e0 WHERE id = 3;
