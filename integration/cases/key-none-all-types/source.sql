CREATE TABLE t (i bigint unsigned, f float, d double, n decimal(20,5), dt datetime(6), ts timestamp(3) NULL, tm time(2),
  y year, c char(5), v varchar(20), x text, b varbinary(10), e enum('a', 'b'), s set('a', 'b'), bi bit(10), j json);
INSERT INTO t VALUES (1, 0.1, 0.2, 1.5, '2024-01-01 00:00:00.000001', '2024-01-01 00:00:00.123', '-01:02:03.04', 2024,
  'c', 'v', 'x', 0x00FF, 'b', 'a,b', b'1010101010', '{"a": 1}');
INSERT INTO t VALUES (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
