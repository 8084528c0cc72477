CREATE TABLE t (id int PRIMARY KEY, v int, w int DEFAULT 3);
INSERT INTO t VALUES (1, 1, 1), (9, 9, 9);
