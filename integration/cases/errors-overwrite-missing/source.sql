CREATE TABLE t (a int, b varchar(20));
INSERT INTO t VALUES (1, 'one'), (2, 'two');
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (id int PRIMARY KEY, p int, v int, FOREIGN KEY (p) REFERENCES p (id));
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1, 1, 1), (2, 1, 2);
