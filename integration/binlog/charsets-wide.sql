CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET ucs2, b VARCHAR(20) CHARACTER SET utf16, c VARCHAR(20) CHARACTER SET utf32, d TEXT CHARACTER SET utf16le, e CHAR(10) CHARACTER SET utf16);
INSERT INTO t VALUES (1, 'abcü', 'a😀b', '😀', 'naïve 😀', 'x'), (2, '', '', '', '', '');
UPDATE t SET a = '漢字', e = '漢字' WHERE id = 1;
DELETE FROM t WHERE id = 2;
