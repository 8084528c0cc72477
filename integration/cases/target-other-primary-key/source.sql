CREATE TABLE t (id int PRIMARY KEY, code varchar(10) NOT NULL UNIQUE, v int);
CREATE TABLE k (id int NOT NULL, v int NOT NULL);
INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3);
INSERT INTO k VALUES (1, 1), (2, 2);
