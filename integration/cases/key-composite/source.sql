CREATE TABLE t (a int, b varchar(20), c date, v int, PRIMARY KEY (c, a, b));
INSERT INTO t VALUES (1, 'x', '2024-01-01', 1), (1, 'y', '2024-01-01', 2), (2, 'x', '2024-01-02', 3);
