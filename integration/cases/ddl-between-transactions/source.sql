CREATE TABLE t (id int PRIMARY KEY, v int);
CREATE TABLE other (id int PRIMARY KEY, v int);
INSERT INTO t VALUES (1, 1);
