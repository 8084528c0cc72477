CREATE TABLE keep (id int PRIMARY KEY, v int);
CREATE TABLE keep_tmp (id int PRIMARY KEY, v int);
