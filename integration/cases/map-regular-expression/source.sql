CREATE TABLE user_east (id int PRIMARY KEY, v int);
CREATE TABLE user_west (id int PRIMARY KEY, v int);
CREATE TABLE account_east (id int PRIMARY KEY, v int);
