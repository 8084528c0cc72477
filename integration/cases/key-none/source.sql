CREATE TABLE t (a int, b varchar(20), c datetime);
INSERT INTO t VALUES (1, 'x', NULL), (1, 'x', NULL), (1, 'x', NULL), (2, NULL, '2024-01-01'), (NULL, NULL, NULL), (NULL, NULL, NULL);
