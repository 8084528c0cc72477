CREATE TABLE t (id int PRIMARY KEY, g geometry, p point, l linestring, y polygon, mp multipoint, ml multilinestring,
  my multipolygon, gc geometrycollection);
INSERT INTO t (id, p) VALUES (1, ST_GeomFromText('POINT(1 2)'));
