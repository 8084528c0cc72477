CREATE TABLE t (id int PRIMARY KEY, ts timestamp NULL, dt datetime);
INSERT INTO t VALUES (1, NULL, NULL);
