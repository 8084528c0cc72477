-- Two rows change places inside of one transaction, then three.
BEGIN;
UPDATE t SET id = -1 WHERE id = 1;
UPDATE t SET id = 1 WHERE id = 2;
UPDATE t SET id = 2 WHERE id = -1;
COMMIT;
BEGIN;
UPDATE t SET id = 0 WHERE id = 1;
UPDATE t SET id = 1 WHERE id = 2;
UPDATE t SET id = 2 WHERE id = 3;
UPDATE t SET id = 3 WHERE id = 0;
COMMIT;
