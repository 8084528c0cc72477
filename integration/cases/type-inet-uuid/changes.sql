INSERT INTO t VALUES (2, 'ffffffff-ffff-4fff-bfff-ffffffffffff', '2001:db8::ff00:42:8329', '255.255.255.255'),
  (3, '00000000-0000-0000-0000-000000000000', '::', '0.0.0.0'), (4, NULL, NULL, NULL),
  (5, '6ccd780c-baba-1026-9564-5b8c656024db', '::ffff:192.0.2.128', '1.2.3.4');
UPDATE t SET u = '89abcdef-0123-11ef-8000-0123456789ab', i = 'fe80::1', f = '10.0.0.1' WHERE id = 1;
