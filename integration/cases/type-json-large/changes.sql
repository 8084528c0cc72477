-- Over 64 KB the binary form has four-byte offsets.
INSERT INTO t VALUES (2, CONCAT('["', REPEAT('x', 70000), '", {"k": "', REPEAT('y', 70000), '"}]')),
  (3, CONCAT(REPEAT('[', 30), '1', REPEAT(']', 30))), (4, CONCAT('[', REPEAT('1,', 40000), '2]'));
UPDATE t SET j = CONCAT('{"', REPEAT('k', 300), '": "', REPEAT('v', 200), '"}') WHERE id = 1;
