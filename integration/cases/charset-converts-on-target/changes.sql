INSERT INTO t VALUES (2, 'Ærø', '文字', 'ñ'), (3, NULL, NULL, NULL);
UPDATE t SET a = 'ÿ', b = '測試' WHERE id = 1;
