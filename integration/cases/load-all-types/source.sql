SET sql_mode = '', time_zone = '+00:00';
CREATE TABLE t (id bigint unsigned PRIMARY KEY, f float, d double, n decimal(65,30), dt datetime(6), ts timestamp(3) NULL, tm time(2),
  y year, c char(5), v varchar(20), x text, b varbinary(10), l longblob, e enum('a', 'b'), s set('a', 'b'), bi bit(10), j json, p point,
  la varchar(20) CHARACTER SET latin1, gb varchar(20) CHARACTER SET gbk, g int GENERATED ALWAYS AS (id % 10) VIRTUAL);
INSERT INTO t (id, f, d, n, dt, ts, tm, y, c, v, x, b, l, e, s, bi, j, p, la, gb) VALUES
  (18446744073709551615, 0.1, 0.1, -0.000000000000000000000000000001, '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999',
   '-838:59:58.99', 2155, 'c', 'it''s \\', 'x\0y', 0x00FF275C, REPEAT(0xFF00, 50000), 'b', 'a,b', b'1010101010',
   '{"a": [1, null]}', ST_GeomFromText('POINT(1 2)'), 'é', '誠'),
  (0, 16777217, 1e-300, 99999999999999999999999999999999999, '0000-00-00', NULL, '00:00:00', 0, '', '', '', '', '', NULL, '', b'0', NULL, NULL, '', '');
INSERT INTO t (id) VALUES (5);
