CREATE TABLE t (id int PRIMARY KEY, g geometry NOT NULL);
INSERT INTO t VALUES (1, ST_GeomFromText('POINT(1 2)', 0));
