-- only: mariadb
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(2000) COMPRESSED CHARACTER SET latin1, x TEXT COMPRESSED, b BLOB COMPRESSED);
INSERT INTO t VALUES (1, REPEAT('é', 1000), REPEAT('long text ', 500), REPEAT(x'00ff', 4000)), (2, '', '', ''), (3, NULL, NULL, NULL), (4, 'short', 'short', x'01');
UPDATE t SET x = 'now short', v = REPEAT('a', 2000) WHERE id = 1;
DELETE FROM t WHERE id = 2;
