CREATE TABLE t (id int PRIMARY KEY, hidden int INVISIBLE DEFAULT 7, v int);
INSERT INTO t (id, v) VALUES (1, 1);
