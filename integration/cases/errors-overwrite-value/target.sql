CREATE TABLE t (id int PRIMARY KEY, d double, n decimal(9,1), c char(9), s datetime);
