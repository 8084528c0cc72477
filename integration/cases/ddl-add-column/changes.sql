ALTER TABLE t ADD COLUMN b varchar(10) NOT NULL DEFAULT 'x', ADD c int AFTER id;
INSERT INTO t VALUES (2, 20, 2, 'y');
ALTER TABLE t ADD COLUMN z bigint unsigned FIRST;
UPDATE t SET z = 5, c = 6 WHERE id = 1;
