CREATE TABLE t (id int PRIMARY KEY, a varchar(50) CHARACTER SET latin1, b varchar(50) CHARACTER SET gbk,
  c varchar(50) CHARACTER SET utf8mb4, d varchar(50) CHARACTER SET utf8mb3, e varchar(50) CHARACTER SET cp1251,
  f varchar(50) CHARACTER SET ascii, g varbinary(50), h varchar(50) CHARACTER SET sjis);
INSERT INTO t (id, a) VALUES (1, 'é');
