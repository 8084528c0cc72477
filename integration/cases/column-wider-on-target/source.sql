CREATE TABLE t (id int PRIMARY KEY, a tinyint, b varchar(10), c float, d decimal(5,2), e datetime);
INSERT INTO t VALUES (1, 1, 'x', 1.5, 1.25, '2024-01-01');
