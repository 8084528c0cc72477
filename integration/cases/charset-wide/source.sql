CREATE TABLE t (id int PRIMARY KEY, u2 varchar(50) CHARACTER SET ucs2, u16 text CHARACTER SET utf16,
  u32 char(10) CHARACTER SET utf32);
INSERT INTO t VALUES (1, 'a', 'b', 'c');
