INSERT INTO t VALUES (2, 'a  ', 'trailing  ', 'tab\tnew\nline', 'quote '' " \\ `', 'nul \0 byte', 'percent % _');
INSERT INTO t VALUES (3, REPEAT('x', 10), REPEAT('y', 300), REPEAT('z', 255), REPEAT('w', 65535), REPEAT('m', 70000), NULL);
INSERT INTO t (id) VALUES (4);
INSERT INTO t VALUES (5, 'ü', REPEAT('€', 300), '\Z\r\n', '-- not a comment', '/* nor */ this;', 'DELIMITER //');
UPDATE t SET v = REPEAT('q', 255), c = '\'' WHERE id = 1;
