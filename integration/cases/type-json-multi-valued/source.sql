CREATE TABLE many (id int PRIMARY KEY, j json, KEY numbers ((CAST(j->'$.n' AS UNSIGNED ARRAY))),
  KEY names (id, (CAST(j->'$.s' AS CHAR(20) ARRAY))));
INSERT INTO many VALUES (1, CONCAT('{"n": [1, 2, 3], "s": ["a", "b"], "pad": "', REPEAT('x', 500), '"}')),
  (2, CONCAT('{"n": [], "s": [], "pad": "', REPEAT('x', 500), '"}')), (3, NULL);
