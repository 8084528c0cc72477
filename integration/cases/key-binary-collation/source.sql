CREATE TABLE t (k varchar(20) COLLATE utf8mb4_bin PRIMARY KEY, v int);
INSERT INTO t VALUES ('a', 1), ('A', 2), ('á', 3);
