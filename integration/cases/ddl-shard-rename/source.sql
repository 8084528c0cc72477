CREATE TABLE offer0000 (id int PRIMARY KEY, v int);
CREATE TABLE offer0001 (id int PRIMARY KEY, v int);
CREATE TABLE offer0002 (id int PRIMARY KEY, v int);
CREATE TABLE wanted (id int PRIMARY KEY, v int, w int);
INSERT INTO wanted VALUES (0, 1, 0), (1, 1, 0), (2, 1, 0);
