-- Documents whose text alone would be read as other ones: DECIMAL values print digits that a DOUBLE does not.
CREATE TABLE t (id int PRIMARY KEY, j json);
INSERT INTO t VALUES
  (1, '{"a": [1, 2.5, 1e300, "x\\"y", "it''s", null, true]}'),
  (2, JSON_OBJECT('price', CAST(1.50 AS DECIMAL(10,2)), 'na"me', 'Größe', 'list', JSON_ARRAY(CAST('0.10' AS DECIMAL(5,2)), 0.1e0, 7))),
  (3, JSON_ARRAY(CAST('123456789012345678901234567890.123456789' AS DECIMAL(65,30)))),
  (4, JSON_OBJECT('d', CAST('2024-02-29' AS DATE), 't', CAST('-12:34:56.789' AS TIME(3)))),
  (5, CAST(2.00 AS JSON)),
  (6, JSON_OBJECT('empty', JSON_OBJECT(), 'none', JSON_ARRAY(), 'back\\slash', CAST(3.000 AS DECIMAL(8,3)))),
  (7, NULL);
