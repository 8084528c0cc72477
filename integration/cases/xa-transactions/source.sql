CREATE TABLE t (id int PRIMARY KEY, v varchar(20));
CREATE TABLE keyless (n int, v varchar(20));
INSERT INTO t VALUES (1, 'one'), (2, 'two');
INSERT INTO keyless VALUES (1, 'same'), (1, 'same'), (2, 'other');
