INSERT INTO t VALUES ('ñandú', 'Ça va? ''quoted'' \\ back');
UPDATE t SET v = 'ÄÖÜ' WHERE k = 'GRÖSSE' OR k = 'Größe';
DELETE FROM t WHERE k = 'ÿ';
