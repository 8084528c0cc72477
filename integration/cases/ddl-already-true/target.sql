CREATE TABLE t (id int PRIMARY KEY, v int, w int, KEY by_v (v));
CREATE TABLE made (id int PRIMARY KEY);
