CREATE TABLE offer0000 (id int PRIMARY KEY, v int);
CREATE TABLE offer0001 (id int PRIMARY KEY, v int);
CREATE TABLE offer0002 (id int PRIMARY KEY, v int);
-- What all of them hold together, for the comparison.
CREATE TABLE all_of_them (id int PRIMARY KEY, v int);
