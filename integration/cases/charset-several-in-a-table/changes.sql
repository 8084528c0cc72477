INSERT INTO t VALUES (2, 'é', '中', '😀', '中', 'Привет', 'ascii', 0xFF00, '日本'),
  (3, 'ß\'', '誠\\', 'é', 'é', 'Ж', '\'', '\'', 'ソ');
UPDATE t SET b = '測', e = 'я' WHERE id = 1;
