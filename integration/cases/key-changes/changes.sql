UPDATE t SET id = 11 WHERE id = 1;
UPDATE t SET id = id + 100 ORDER BY id DESC;
BEGIN;
UPDATE t SET id = 1 WHERE v = 'one';
UPDATE t SET id = 2 WHERE v = 'one';
UPDATE t SET id = 3, v = 'ONE' WHERE v = 'one';
COMMIT;
INSERT INTO t VALUES (1, 'again');
