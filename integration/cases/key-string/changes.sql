UPDATE t SET v = v + 10;
UPDATE t SET k = 'quote"s' WHERE k = 'it''s';
DELETE FROM t WHERE k = '';
