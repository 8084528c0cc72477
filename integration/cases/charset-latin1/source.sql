CREATE TABLE t (k varchar(50) PRIMARY KEY, v text) CHARACTER SET latin1 COLLATE latin1_swedish_ci;
INSERT INTO t VALUES ('Größe', 'äöü'), ('ÿ', '€');
