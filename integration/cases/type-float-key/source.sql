-- Rows of a table without a key, found by floats that have no short decimal form.
CREATE TABLE t (f float, d double, v int);
INSERT INTO t VALUES (0.1, 0.1, 1), (16777216, 1e300, 2), (3.3333333, 3.3333333333333335, 3), (3.3333335, 0, 4);
