CREATE TABLE t (id int PRIMARY KEY, name varchar(20), v int);
INSERT INTO t VALUES (1, 'one', 1);
