CREATE TABLE t (a int, b varchar(20));
INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three');
CREATE TABLE wanted (a int, b varchar(20));
INSERT INTO wanted VALUES (3, 'drei'), (4, 'four');
