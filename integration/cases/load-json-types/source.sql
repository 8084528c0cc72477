-- Types that JSON text does not know; the generated columns show them on both sides.
CREATE TABLE t (id int PRIMARY KEY, j json,
  objects text GENERATED ALWAYS AS (CONCAT_WS(' ', JSON_TYPE(j), JSON_TYPE(j->'$.dec'), JSON_TYPE(j->'$.date'),
    JSON_TYPE(j->'$.time'), JSON_TYPE(j->'$.dt'), JSON_TYPE(j->'$.ts'), JSON_TYPE(j->'$.bit'), JSON_TYPE(j->'$.blob'),
    JSON_TYPE(j->'$.uns'), JSON_TYPE(j->'$.dbl'), JSON_TYPE(j->'$.str'))) VIRTUAL,
  elements text GENERATED ALWAYS AS (CONCAT_WS(' ', JSON_TYPE(j->'$.list[0]'), JSON_TYPE(j->'$.list[1].in'),
    JSON_TYPE(j->'$.list[2][0]'), JSON_TYPE(j->'$.list[2][1]'), JSON_TYPE(j->'$[0]'), JSON_TYPE(j->'$[1]'))) VIRTUAL);
CREATE TABLE v (ts timestamp(6) NULL, bi bit(9), bl blob, mb mediumblob, tb tinyblob, lb longblob, bn binary(3), vb varbinary(9));
INSERT INTO v VALUES ('2024-01-02 03:04:05.5', b'101', 'a\0\'x', REPEAT('mb', 60), 'tb', 'lb', 'b', x'00ff');
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
