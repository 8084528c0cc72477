CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET gbk, b VARCHAR(20) CHARACTER SET big5, c VARCHAR(20) CHARACTER SET sjis, d VARCHAR(20) CHARACTER SET ujis, e VARCHAR(20) CHARACTER SET euckr, f VARCHAR(20) CHARACTER SET gb2312, g TEXT CHARACTER SET cp932, h VARCHAR(20) CHARACTER SET eucjpms);
INSERT INTO t VALUES (1, '中文運', '中文', '日本語', '日本語', '한국어', '中文', '日本語ｱ', '日本語'), (2, 'a\\b', 'x', '表', 'x', 'x', 'x', '表', 'x');
UPDATE t SET a = '誠', c = 'ソ' WHERE id = 1;
DELETE FROM t WHERE id = 2;
