CREATE TABLE t (id int PRIMARY KEY, a bit(1), b bit(8), c bit(9), d bit(33), e bit(64));
INSERT INTO t VALUES (1, b'0', b'0', b'0', b'0', b'0');
