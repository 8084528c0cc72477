-- only: mariadb
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, '{"a": [1,2,  3], "ü": "x"}'), (2, NULL), (3, '[]');
UPDATE t SET j = JSON_SET(j, '$.b', 5) WHERE id = 1;
DELETE FROM t WHERE id = 3;
