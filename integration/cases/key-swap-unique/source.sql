CREATE TABLE t (id int PRIMARY KEY, u varchar(20), w int, UNIQUE (u), UNIQUE (w));
INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, NULL, NULL), (5, NULL, NULL);
