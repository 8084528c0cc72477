CREATE TABLE t (id int PRIMARY KEY, a varchar(50) CHARACTER SET latin1, b varchar(50) CHARACTER SET gbk, c char(5) CHARACTER SET utf8mb4);
INSERT INTO t VALUES (1, 'é', '中', 'ü');
