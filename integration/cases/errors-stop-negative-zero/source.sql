CREATE TABLE t (id int PRIMARY KEY, f float, d double);
INSERT INTO t VALUES (1, 0, 0);
