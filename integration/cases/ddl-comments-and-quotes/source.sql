CREATE TABLE `alter` (id int PRIMARY KEY, v int);
