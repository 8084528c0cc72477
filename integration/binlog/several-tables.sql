CREATE TABLE a (id INT PRIMARY KEY, v VARCHAR(10));
CREATE TABLE b (id INT PRIMARY KEY, a_id INT);
BEGIN;
INSERT INTO a VALUES (1, 'one');
INSERT INTO b VALUES (10, 1);
UPDATE a SET v = 'uno';
COMMIT;
UPDATE a, b SET a.v = 'eins', b.a_id = 2 WHERE b.a_id = a.id;
DELETE a, b FROM a JOIN b WHERE b.id = 10;
