CREATE TABLE t (id int, a int, b varchar(20));
INSERT INTO t VALUES (1, 1, 'x'), (2, 2, 'y');
