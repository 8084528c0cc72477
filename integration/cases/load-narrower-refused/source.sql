CREATE TABLE t (id int PRIMARY KEY, n decimal(9,3));
INSERT INTO t VALUES (1, 1.5), (2, 1.25);
