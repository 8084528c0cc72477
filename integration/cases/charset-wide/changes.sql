INSERT INTO t VALUES (2, '中ü', '😀 utf16', '😀'), (3, '', '', ''), (4, NULL, NULL, NULL);
UPDATE t SET u2 = 'zß', u16 = REPEAT('水', 300) WHERE id = 1;
