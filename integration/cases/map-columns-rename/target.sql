CREATE TABLE t (ident int PRIMARY KEY, title varchar(20), v int);
INSERT INTO t VALUES (1, 'one', 1);
