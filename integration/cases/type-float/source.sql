CREATE TABLE t (id int PRIMARY KEY, f float, d double, g float(7,3), h double(15,5));
INSERT INTO t VALUES (1, 0, 0, 0, 0);
