CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), e enum('x', 'y'));
INSERT INTO t VALUES (1, 1, 'b', 'x');
