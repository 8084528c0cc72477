-- servers: mysql mysql80
SET GLOBAL binlog_row_value_options = PARTIAL_JSON;
SET GLOBAL binlog_row_image = MINIMAL;
CREATE TABLE j (a INT PRIMARY KEY, k JSON, j JSON, x INT);
-- log
INSERT INTO j VALUES (1,'{"a":1,"b":[1,-2,3.5,"x",null,true,{"deep":[[[]]]}],"c":"long enough text to make partial updates smaller"}',
  JSON_OBJECT('date',CAST('2020-01-02' AS DATE),'time',CAST('-10:11:12.5' AS TIME(1)),'stamp',CAST('2020-01-02 03:04:05' AS DATETIME),
    'decimal',CAST('-1234567890123.45' AS DECIMAL(20,2)),'big',18446744073709551615,'bin',CAST(x'00ff' AS BINARY),'double',1e300,
    'pad','some more text so that a change is smaller than the whole document'),1),
  (2,'[]','"text"',NULL),(3,NULL,'3',NULL);
UPDATE j SET k=JSON_SET(k,'$.a',2) WHERE a=1;
UPDATE j SET k=JSON_REMOVE(k,'$.b[0]'), j=JSON_REPLACE(j,'$.date','none'), x=2 WHERE a=1;
UPDATE j SET j=JSON_ARRAY_INSERT(JSON_SET(k,'$.z',1),'$.b[0]',9) WHERE a=1;
SET SESSION binlog_row_value_options = '';
SET SESSION binlog_row_image = FULL;
UPDATE j SET x=9;
