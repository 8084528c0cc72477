CREATE TABLE t (id INT PRIMARY KEY, e ENUM('a', 'B', 'ü', 'it''s', 'with space') CHARACTER SET utf8mb4, l ENUM('é', 'f') CHARACTER SET latin1, s SET('x', 'y', 'ß', 'long label') CHARACTER SET utf8mb4, w SET('a1','a2','a3','a4','a5','a6','a7','a8','a9','b1','b2','b3','b4','b5','b6','b7','b8','b9'));
INSERT INTO t VALUES (1, 'a', 'é', 'x,ß', 'a1,b9'), (2, 'ü', 'f', '', ''), (3, NULL, NULL, NULL, NULL), (4, 'it''s', 'é', 'x,y,ß,long label', 'a8,a9,b1');
UPDATE t SET e = 'with space', s = 'y' WHERE id = 1;
SET SESSION sql_mode = '';
UPDATE t SET e = 'unknown' WHERE id = 2;
DELETE FROM t WHERE id = 4;
