-- only: mysql mysql80
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, JSON_OBJECT('pad', REPEAT('p', 70000), 'list', JSON_ARRAY(1, 2, 3), 'n', 1)), (2, CAST(CONCAT('[', REPEAT('1,', 40000), '2]') AS JSON));
UPDATE t SET j = JSON_SET(j, '$.n', 'longer text than before', '$.list[1]', 22) WHERE id = 1;
UPDATE t SET j = JSON_REPLACE(j, '$[39999]', 'x') WHERE id = 2;
UPDATE t SET j = JSON_REMOVE(j, '$.pad') WHERE id = 1;
DELETE FROM t WHERE id = 2;
