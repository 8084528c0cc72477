CREATE TABLE t (id INT PRIMARY KEY, c CHAR(10), v VARCHAR(300), s TINYTEXT, x TEXT, m MEDIUMTEXT, l LONGTEXT) CHARACTER SET utf8mb4;
INSERT INTO t VALUES (1, 'abc', 'ümläut ✓ 😀', 'tiny', 'a "quoted" \\ back\nline\ttab', 'medium', 'long'), (2, '', '', '', '', '', ''), (3, NULL, NULL, NULL, NULL, NULL, NULL), (4, 'trailing  ', 'kept  ', ' x ', '\0\1\Z', REPEAT('µ', 70000), REPEAT('z', 100000));
UPDATE t SET v = REPEAT('ß', 300), x = 'it''s' WHERE id = 1;
UPDATE t SET l = CONCAT(l, 'end') WHERE id = 4;
DELETE FROM t WHERE id = 2;
