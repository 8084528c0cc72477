ALTER TABLE t ADD COLUMN w varchar(10);
INSERT INTO t VALUES (1, 1, 'x');
CREATE INDEX by_v ON t (v);
UPDATE t SET w = 'y';
