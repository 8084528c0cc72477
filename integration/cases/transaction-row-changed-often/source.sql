CREATE TABLE t (id int PRIMARY KEY, a int, b int, c varchar(20));
INSERT INTO t VALUES (1, 0, 0, 'x'), (2, 0, 0, 'x');
