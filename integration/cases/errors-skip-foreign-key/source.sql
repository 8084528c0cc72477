CREATE TABLE c (id int PRIMARY KEY, p int);
CREATE TABLE wanted (id int PRIMARY KEY, p int);
INSERT INTO wanted VALUES (1, 1), (3, 1);
