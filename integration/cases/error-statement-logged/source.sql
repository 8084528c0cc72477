CREATE TABLE a (id int PRIMARY KEY, v int);
CREATE TABLE before_it (id int PRIMARY KEY, v int);
INSERT INTO before_it VALUES (2, 2), (4, 4);
