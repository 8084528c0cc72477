UPDATE t SET k = 'a  ' WHERE k = 'a';
UPDATE t SET v = 20 WHERE k = 'b';
BEGIN;
DELETE FROM t WHERE k = 'b';
INSERT INTO t VALUES ('b ', 3);
COMMIT;
