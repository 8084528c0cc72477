INSERT INTO t VALUES (2, ST_GeomFromText('POINT(-1.5 0.1)'), ST_GeomFromText('POINT(0 0)'),
  ST_GeomFromText('LINESTRING(0 0, 1 1, 2 0)'), ST_GeomFromText('POLYGON((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))'),
  ST_GeomFromText('MULTIPOINT(0 0, 1 1)'), ST_GeomFromText('MULTILINESTRING((0 0, 1 1), (2 2, 3 3))'),
  ST_GeomFromText('MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))'),
  ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1), LINESTRING(0 0, 1 1))'));
INSERT INTO t (id) VALUES (3);
UPDATE t SET g = ST_GeomFromText('LINESTRING(9 9, 8 8)'), p = ST_GeomFromText('POINT(1e10 -1e-10)') WHERE id = 1;
