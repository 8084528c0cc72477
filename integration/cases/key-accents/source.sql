CREATE TABLE t (k varchar(20) COLLATE utf8mb4_unicode_ci, v int, PRIMARY KEY (k));
INSERT INTO t VALUES ('résumé', 1), ('naive', 2);
