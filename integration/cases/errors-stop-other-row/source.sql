CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, u int UNIQUE, v int);
CREATE TABLE s (a varchar(9), b int, u int UNIQUE, v int, PRIMARY KEY (a, b));
INSERT INTO t VALUES (1, 1, 1);
INSERT INTO s VALUES ('x', 1, 1, 1);
