CREATE TABLE t (id int PRIMARY KEY, v varchar(20));
INSERT INTO t VALUES (1, 'one'), (2, 'two'), (-5, NULL), (2147483647, 'last');
CREATE TABLE empty_one (id int PRIMARY KEY, v int);
