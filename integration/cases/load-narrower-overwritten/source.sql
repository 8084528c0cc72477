CREATE TABLE t (id int PRIMARY KEY, n decimal(9,3));
INSERT INTO t VALUES (1, 1.5), (2, 1.25);
CREATE TABLE wanted (id int PRIMARY KEY, n decimal(9,1));
INSERT INTO wanted VALUES (1, 1.5), (2, 1.3);
