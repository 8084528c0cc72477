CREATE TABLE t (id int, code varchar(10) PRIMARY KEY, v int);
CREATE TABLE k (id int NOT NULL, v int NOT NULL, PRIMARY KEY (id));
INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3);
INSERT INTO k VALUES (1, 1), (2, 2);
