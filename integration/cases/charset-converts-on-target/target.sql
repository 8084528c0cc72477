CREATE TABLE t (id int PRIMARY KEY, a varchar(50) CHARACTER SET utf8mb4, b text CHARACTER SET utf8mb4, c char(5) CHARACTER SET latin1);
INSERT INTO t VALUES (1, 'é', '中', 'ü');
