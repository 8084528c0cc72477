CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(100));
CREATE TABLE n (n INT PRIMARY KEY);
INSERT INTO n VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);
INSERT INTO t SELECT a.n + 10 * b.n, CONCAT('row ', a.n, REPEAT('x', 10 * b.n)) FROM n a, n b;
UPDATE t SET v = CONCAT(v, '!') WHERE id % 3 = 0;
DELETE FROM t WHERE id % 2 = 0;
