CREATE TABLE b (id int PRIMARY KEY, v int);
