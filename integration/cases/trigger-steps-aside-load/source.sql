CREATE TABLE t (id int PRIMARY KEY, v int);
CREATE TABLE log (id int AUTO_INCREMENT PRIMARY KEY, tid int, what varchar(20));
INSERT INTO t VALUES (1, 1), (2, 2);
