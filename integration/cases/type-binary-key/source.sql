-- BINARY pads with zero bytes, which the log leaves out.
CREATE TABLE t (k binary(4), w varbinary(10), v int, PRIMARY KEY (k, w));
INSERT INTO t VALUES (0x61, 0x61, 1), (0x6100, 0x6120, 2), (0x2727, 0x5C, 3), (0xFFFFFFFF, '', 4);
