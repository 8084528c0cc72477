CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE, v int);
INSERT INTO t VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);
