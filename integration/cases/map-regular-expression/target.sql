CREATE TABLE east_user_v2 (id int PRIMARY KEY, v int);
CREATE TABLE west_user_v2 (id int PRIMARY KEY, v int);
