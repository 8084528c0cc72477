CREATE TABLE t (id int PRIMARY KEY, n decimal(9,1));
