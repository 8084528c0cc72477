CREATE TABLE t (id int PRIMARY KEY, code int, name varchar(20));
CREATE TABLE keyless (id int, code int);
INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c');
INSERT INTO keyless VALUES (1, 1), (2, 2);
