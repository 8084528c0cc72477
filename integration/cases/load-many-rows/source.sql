CREATE TABLE digit (d int PRIMARY KEY);
INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE t (a int, b varchar(10), v varchar(100), PRIMARY KEY (a, b));
INSERT INTO t SELECT a.d + 10 * b.d, CONCAT(c.d, 'x', d.d, e.d), REPEAT('v', e.d * 10) FROM digit a, digit b, digit c, digit d, digit e;
CREATE TABLE keyless (a int, v varchar(100));
INSERT INTO keyless SELECT a.d + 10 * b.d, REPEAT('v', c.d) FROM digit a, digit b, digit c;
