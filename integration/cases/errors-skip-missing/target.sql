CREATE TABLE t (a int, b varchar(20));
INSERT INTO t VALUES (2, 'two'), (3, 'three');
