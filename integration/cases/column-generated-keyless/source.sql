CREATE TABLE t (a int, s int GENERATED ALWAYS AS (a * 2) VIRTUAL, v int);
INSERT INTO t (a, v) VALUES (1, 1), (1, 1), (2, 2);
