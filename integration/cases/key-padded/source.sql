-- Trailing blanks do not count in a PAD SPACE collation: 'a' and 'a ' are one key.
CREATE TABLE t (k varchar(20) COLLATE utf8mb4_general_ci, v int, PRIMARY KEY (k));
INSERT INTO t VALUES ('a', 1), ('b  ', 2);
