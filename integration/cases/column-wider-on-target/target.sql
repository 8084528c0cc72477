CREATE TABLE t (id bigint PRIMARY KEY, a int, b text, c double, d decimal(10,2), e datetime);
INSERT INTO t VALUES (1, 1, 'x', 1.5, 1.25, '2024-01-01');
