INSERT INTO t VALUES (1, 'a'), (3, 'c');
UPDATE t SET w = 'changed' WHERE my_row_id = 2;
DELETE FROM t WHERE v = 1 LIMIT 1;
