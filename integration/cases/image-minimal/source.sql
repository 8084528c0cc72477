CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(20), x text, d datetime DEFAULT '2000-01-01');
CREATE TABLE n (a int, b varchar(20), x text);
CREATE TABLE u (u varchar(10) NOT NULL UNIQUE, v int, x blob);
INSERT INTO t VALUES (1, 1, 'x', 'text', '2024-01-01'), (2, 2, 'y', 'text', NULL);
INSERT INTO n VALUES (1, 'x', 'text'), (2, 'y', NULL);
INSERT INTO u VALUES ('k', 1, 'blob');
