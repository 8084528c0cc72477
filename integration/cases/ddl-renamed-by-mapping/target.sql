CREATE TABLE mapped (id int PRIMARY KEY, v int);
