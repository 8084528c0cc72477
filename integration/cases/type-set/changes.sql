INSERT INTO t VALUES (2, '', ''), (3, 'red,grün,it''s', 18446744073709551615), (4, NULL, NULL),
  (5, 'it''s', 'm64'), (6, 'grün', 'm1,m32,m33,m63');
UPDATE t SET a = 'grün', b = 'm64,m1' WHERE id = 1;
