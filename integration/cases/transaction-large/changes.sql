BEGIN;
INSERT INTO t SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d, REPEAT('x', 100)
  FROM digit a, digit b, digit c, digit d, digit e;
UPDATE t SET v = CONCAT(id, v) WHERE id % 3 = 0;
DELETE FROM t WHERE id % 5 = 0;
COMMIT;
