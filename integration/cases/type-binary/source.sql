CREATE TABLE t (id int PRIMARY KEY, b binary(8), v varbinary(300), tb tinyblob, x blob, m mediumblob, l longblob);
INSERT INTO t (id) VALUES (1);
