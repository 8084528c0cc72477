SELECT 1, 'one' UNION SELECT 2, 'zw\\ei' UNION SELECT 3, NULL INTO OUTFILE '/tmp/lutra-${SCHEMA}.txt';
LOAD DATA INFILE '/tmp/lutra-${SCHEMA}.txt' INTO TABLE t;
UPDATE t SET v = 'drei' WHERE id = 3;
