UPDATE parent SET id = 10 WHERE id = 1;
DELETE FROM parent WHERE id = 2;
INSERT INTO parent VALUES (2, 22);
INSERT INTO child VALUES (5, 2), (6, 10);
UPDATE child SET id = 40 WHERE id = 4;
DELETE FROM parent WHERE id = 10;
