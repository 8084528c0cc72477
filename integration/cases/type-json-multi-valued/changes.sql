SET SESSION binlog_row_value_options = PARTIAL_JSON;
UPDATE many SET j = JSON_SET(j, '$.n[1]', 7, '$.s[0]', 'z') WHERE id = 1;
UPDATE many SET j = JSON_REMOVE(j, '$.n[0]', '$.s[1]') WHERE id = 1;
UPDATE many SET j = JSON_ARRAY_APPEND(j, '$.n', 9, '$.s', 'é') WHERE id = 2;
UPDATE many SET j = JSON_SET('{"n": [4]}', '$.s', JSON_ARRAY('q')) WHERE id = 3;
DELETE FROM many WHERE id = 1;
INSERT INTO many VALUES (1, '{"n": [1], "s": ["new"]}');
