-- JSON on MySQL holds decimals, dates and bytes that JSON text cannot spell.
CREATE TABLE t (id int PRIMARY KEY, j json);
INSERT INTO t VALUES (1, '{}');
