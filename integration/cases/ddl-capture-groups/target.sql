CREATE TABLE a_copy (id int PRIMARY KEY, v int);
CREATE TABLE b_copy (id int PRIMARY KEY, v int);
INSERT INTO a_copy VALUES (1, 1);
