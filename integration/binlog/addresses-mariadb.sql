-- only: mariadb
CREATE TABLE t (id INT PRIMARY KEY, u UUID, a INET4, b INET6);
INSERT INTO t VALUES (1, '123e4567-e89b-12d3-a456-426655440000', '10.0.0.1', '2001:db8::1'), (2, '00000000-0000-0000-0000-000000000000', '0.0.0.0', '::'), (3, NULL, NULL, NULL), (4, 'ffffffff-ffff-1fff-bfff-ffffffffff00', '255.255.255.0', '::ffff:192.168.0.1');
UPDATE t SET a = '192.168.1.0', b = 'fe80::' WHERE id = 1;
DELETE FROM t WHERE id = 3;
