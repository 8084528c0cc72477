CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE, v varchar(20));
INSERT INTO t VALUES (2, 20, 'of the target'), (4, 30, 'holds 30');
