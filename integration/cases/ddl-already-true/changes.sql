-- The target has all of this already, or has it no more.
ALTER TABLE t ADD COLUMN w int;
CREATE INDEX by_v ON t (v);
CREATE TABLE made (id int PRIMARY KEY);
INSERT INTO t VALUES (1, 1, 1);
INSERT INTO made VALUES (1);
