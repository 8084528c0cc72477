SET SESSION binlog_row_value_options = PARTIAL_JSON;
UPDATE t SET j = JSON_SET(j, '$.name', 'shorter') WHERE id = 1;
UPDATE t SET j = JSON_REMOVE(j, '$.list[0]') WHERE id = 1;
UPDATE t SET j = JSON_REPLACE(j, '$.n', 5, '$.a.b', 'z'), v = 1 WHERE id = 2;
UPDATE t SET v = 2 WHERE id = 1;
