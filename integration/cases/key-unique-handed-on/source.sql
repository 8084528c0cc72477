-- A unique value moves from row to row through many transactions.
CREATE TABLE t (id int PRIMARY KEY, u int, UNIQUE (u));
INSERT INTO t VALUES (1, 1), (2, NULL), (3, NULL), (4, NULL), (5, NULL);
