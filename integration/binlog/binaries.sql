CREATE TABLE t (id INT PRIMARY KEY, b BINARY(8), v VARBINARY(300), s TINYBLOB, x BLOB, m MEDIUMBLOB, l LONGBLOB);
INSERT INTO t VALUES (1, x'0001', x'00ff80', x'00', x'deadbeef', x'', x'ff'), (2, x'', x'', x'', x'', x'', x''), (3, NULL, NULL, NULL, NULL, NULL, NULL), (4, 'text', REPEAT(x'80', 300), 'text', REPEAT(x'00ff', 30000), REPEAT('y', 70000), REPEAT(x'00', 10));
UPDATE t SET b = x'0100000000000000', m = x'00' WHERE id = 1;
DELETE FROM t WHERE id = 2;
