CREATE TABLE t (id int PRIMARY KEY, a int, ssn varchar(20) DEFAULT 'local');
INSERT INTO t VALUES (1, 1, 'local');
