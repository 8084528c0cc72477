CREATE TABLE t (a int, b varchar(20));
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (id int PRIMARY KEY, p int, v int, FOREIGN KEY (p) REFERENCES p (id));
INSERT INTO p VALUES (1);
