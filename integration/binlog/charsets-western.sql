CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET latin1, b CHAR(20) CHARACTER SET latin2, c TEXT CHARACTER SET cp1251, d VARCHAR(20) CHARACTER SET koi8r, e VARCHAR(20) CHARACTER SET greek, f VARCHAR(20) CHARACTER SET cp850, g VARCHAR(20) CHARACTER SET ascii, h VARCHAR(20) CHARACTER SET utf8mb3);
INSERT INTO t VALUES (1, 'café €', 'Łódź', 'Привет', 'Привет', 'Αθήνα', 'über', 'plain', 'ünïcode'), (2, NULL, '', NULL, '', NULL, '', NULL, '');
UPDATE t SET a = 'naïve', c = 'мир' WHERE id = 1;
DELETE FROM t WHERE id = 2;
