CREATE TABLE t (id int PRIMARY KEY, code int, name varchar(20), UNIQUE KEY (code), UNIQUE KEY (name, code));
CREATE TABLE keyless (id int, code int, UNIQUE KEY (code));
INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c');
INSERT INTO keyless VALUES (1, 1), (2, 2);
