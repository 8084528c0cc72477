CREATE TABLE t (id int PRIMARY KEY, j json, v int);
INSERT INTO t VALUES (1, CONCAT('{"name": "some longer text", "list": [1, 2, 3], "pad": "', REPEAT('x', 500), '"}'), 0),
  (2, CONCAT('{"a": {"b": "', REPEAT('y', 500), '"}, "n": 1000}'), 0);
