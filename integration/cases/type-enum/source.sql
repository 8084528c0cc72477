CREATE TABLE t (id int PRIMARY KEY, a enum('', 'x', 'Größe', 'it''s', 'a,b'), b enum('1', '2', '3') NOT NULL);
INSERT INTO t VALUES (1, 'x', '2');
