SET sql_mode = '';
INSERT INTO t VALUES (2, '', '3'), (3, 'Größe', '1'), (4, 'it''s', '1'), (5, NULL, '2'), (6, 'a,b', '1');
-- 0 is the value that the server stores for what is no member.
INSERT INTO t VALUES (7, 'none', 'none');
UPDATE t SET a = 5 WHERE id = 1;
