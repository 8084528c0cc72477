UPDATE t SET k = 'RESUME' WHERE v = 1;
DELETE FROM t WHERE k = 'naïve';
INSERT INTO t VALUES ('naïve', 3);
