CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE, v varchar(20));
CREATE TABLE wanted (id int PRIMARY KEY, v varchar(20));
INSERT INTO wanted VALUES (1, 'new'), (2, 'of the target'), (4, 'holds 30'), (5, 'new');
