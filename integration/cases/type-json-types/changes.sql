INSERT INTO t (id, j) VALUES
  (1, (SELECT JSON_OBJECT('dec', CAST(1.5 AS DECIMAL(9,1)), 'date', DATE'2024-02-29', 'time', TIME'-12:34:56.789',
    'dt', TIMESTAMP'2024-02-29 01:02:03.000001', 'ts', ts, 'bit', bi, 'blob', bl, 'uns', CAST(7 AS UNSIGNED),
    'dbl', 1.5e0, 'str', '2024-02-29', 'list', JSON_ARRAY(DATE'2020-01-01', JSON_OBJECT('in', TIME'10:00:00'),
    JSON_ARRAY(CAST(12345.5 AS DECIMAL(9,1)), 12345.5e0))) FROM v)),
  (2, (SELECT JSON_ARRAY(mb, tb, lb, bn, vb, '12:34:56', '1.50') FROM v)),
  (3, (SELECT JSON_EXTRACT(JSON_ARRAY(ts), '$[0]') FROM v)),
  (4, CAST(CAST(-0.50 AS DECIMAL(5,2)) AS JSON)),
  (5, '{"date": "2024-02-29", "dec": 1.5, "uns": 7, "list": [[], {}, [1, 2.5e300]]}'),
  (6, NULL), (7, 'null'), (8, '"!"'), (9, '{}'), (10, JSON_ARRAY(0.0e0 * -1, CAST(18446744073709551615 AS UNSIGNED)));
UPDATE t SET j = (SELECT JSON_OBJECT('ts', ts, 'bit', bi, 'blob', lb) FROM v) WHERE id = 5;
SET SESSION binlog_row_value_options = PARTIAL_JSON;
UPDATE t, v SET j = JSON_SET(j, '$.date', v.ts, '$.blob', v.bn) WHERE id = 1;
DELETE FROM t WHERE id = 2;
INSERT INTO t (id, j) VALUES (12, (SELECT JSON_ARRAY(JSON_OBJECT('k', bi), ts) FROM v));
