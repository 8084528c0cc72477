CREATE TABLE a (id int PRIMARY KEY, v int);
CREATE TABLE other (id int PRIMARY KEY);
