INSERT INTO t VALUES (1, 'a'), (3, 'c');
UPDATE t SET w = 'changed' WHERE my_row_id = 2;
DELETE FROM t WHERE v = 1 LIMIT 1;
INSERT INTO t (my_row_id, v) VALUES (100, 9);
INSERT INTO t VALUES (10, 'after');
ALTER TABLE t ADD COLUMN x int DEFAULT 3;
UPDATE t SET x = 4 WHERE v = 3;
INSERT INTO other VALUES ('a'), ('a');
DELETE FROM other LIMIT 1;
