CREATE TABLE t (id int PRIMARY KEY, d double, n decimal(9,3), c varchar(9), s datetime(3));
CREATE TABLE wanted (id int PRIMARY KEY, d double, n decimal(9,1), c char(9), s datetime);
INSERT INTO wanted VALUES (1, 0e0, 1.3, 'ab', '2020-01-01 00:00:00');
