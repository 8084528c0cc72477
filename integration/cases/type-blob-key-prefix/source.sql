CREATE TABLE t (k varchar(500) NOT NULL, b blob NOT NULL, v int, PRIMARY KEY (k(20), b(10)));
INSERT INTO t VALUES ('one', 'x', 1), ('two', 'y', 2);
