CREATE TABLE t (id int PRIMARY KEY, v varchar(200));
CREATE TABLE digit (d int PRIMARY KEY);
INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
