-- The key that an update names differs from the stored one in case only, so old and new are one key.
CREATE TABLE t (k varchar(20) COLLATE utf8mb4_general_ci PRIMARY KEY, v int);
INSERT INTO t VALUES ('Straße', 1), ('ABC', 2), ('def', 3);
