-- The second byte of a GBK letter may be a backslash (0x5C).
CREATE TABLE t (id int PRIMARY KEY, k varchar(50) UNIQUE, v text) CHARACTER SET gbk;
INSERT INTO t VALUES (1, '中文', '测试');
