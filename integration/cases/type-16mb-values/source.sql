CREATE TABLE t (id int PRIMARY KEY, b longblob, x longtext);
INSERT INTO t VALUES (1, 'small', 'small');
