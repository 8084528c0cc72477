-- The biggest unsigned values as keys: a signed reading would find no row.
CREATE TABLE t (a bigint unsigned, b tinyint unsigned, v int, PRIMARY KEY (a, b));
INSERT INTO t VALUES (18446744073709551615, 255, 1), (9223372036854775808, 128, 2), (0, 0, 3);
