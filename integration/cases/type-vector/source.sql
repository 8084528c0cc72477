CREATE TABLE t (id int PRIMARY KEY, v vector(3), w vector);
INSERT INTO t VALUES (1, TO_VECTOR('[1,2,3]'), NULL);
