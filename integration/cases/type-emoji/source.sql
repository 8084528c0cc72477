CREATE TABLE t (k varchar(50) PRIMARY KEY, v text) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO t VALUES ('👋', 'hello'), ('é', 'combining');
