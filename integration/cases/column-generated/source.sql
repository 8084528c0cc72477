CREATE TABLE t (id int PRIMARY KEY, a int, s int GENERATED ALWAYS AS (a * 2) STORED, w int GENERATED ALWAYS AS (a + 1) VIRTUAL, z varchar(10));
INSERT INTO t (id, a, z) VALUES (1, 1, 'x'), (2, 2, 'y');
