CREATE TABLE t (b varchar(20), extra int DEFAULT 5, a int, id int PRIMARY KEY);
INSERT INTO t (id, a, b) VALUES (1, 1, 'x');
