-- only: mysql mysql80
CREATE TABLE t (id INT PRIMARY KEY, j JSON, k JSON);
INSERT INTO t VALUES (1, '{"a": 1, "bb": [1, 2.5, "x", null, true, false], "c": {"d": {"e": []}}}', '[]'), (2, '"text \\u00fc \\" \\\\ \\n"', 'null'), (3, NULL, '1e300'), (4, '12345678901234567890', '-1'), (5, '{}', '{"": 0, "longer key": 1, "ab": 2, "b": 3}');
INSERT INTO t VALUES (6, CAST(CAST('2026-01-31 12:00:00.5' AS DATETIME(6)) AS JSON), CAST(1.50 AS JSON)), (7, CAST(x'00ff' AS JSON), CAST(CAST('10:11:12' AS TIME) AS JSON));
UPDATE t SET j = JSON_SET(j, '$.a', 2) WHERE id = 1;
UPDATE t SET j = JSON_REPLACE(j, '$.c.d', 'x', '$.bb[0]', 'one') WHERE id = 1;
UPDATE t SET k = JSON_SET(k, '$.new', JSON_ARRAY(1, 2), '$."odd key"', 'v') WHERE id = 5;
UPDATE t SET j = JSON_REMOVE(j, '$.bb[1]', '$.a') WHERE id = 1;
UPDATE t SET j = JSON_ARRAY_INSERT(j, '$.bb[0]', 0) WHERE id = 1;
UPDATE t SET j = JSON_SET(j, '$.c.z', JSON_OBJECT('k', 1)), k = JSON_ARRAY_APPEND(k, '$', 5) WHERE id = 1;
DELETE FROM t WHERE id = 2;
