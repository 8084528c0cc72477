CREATE TABLE offer (id int PRIMARY KEY, v int);
