CREATE TABLE t (v int, w varchar(20));
INSERT INTO t VALUES (1, 'a'), (1, 'a'), (2, 'b');
