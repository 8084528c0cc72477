CREATE TABLE t (id int PRIMARY KEY, v varchar(20));
CREATE TABLE wanted (id int PRIMARY KEY, v varchar(5));
INSERT INTO wanted VALUES (1, 'fits'), (3, 'too');
