CREATE TABLE t (id int PRIMARY KEY, a int, ssn varchar(20), b int);
INSERT INTO t VALUES (1, 1, 'secret', 1);
