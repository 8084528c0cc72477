CREATE TABLE t (k varchar(100) PRIMARY KEY, v int);
INSERT INTO t VALUES ('it''s', 1), ('back\\slash', 2), ('', 3), ('100%', 4), ('new\nline', 5);
