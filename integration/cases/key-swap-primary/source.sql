CREATE TABLE t (id int PRIMARY KEY, v varchar(20));
INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three');
