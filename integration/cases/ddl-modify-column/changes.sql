ALTER TABLE t MODIFY a bigint unsigned NOT NULL, CHANGE b bb varchar(300) CHARACTER SET latin1;
INSERT INTO t VALUES (2, 18446744073709551615, 'é', 'y');
ALTER TABLE t MODIFY e enum('w', 'x', 'y', 'z');
UPDATE t SET e = 'z' WHERE id = 1;
ALTER TABLE t RENAME COLUMN bb TO bbb;
UPDATE t SET bbb = 'ü' WHERE id = 2;
ALTER TABLE t MODIFY a bigint unsigned FIRST;
INSERT INTO t VALUES (3, 3, 'c', 'w');
