INSERT INTO t VALUES (2, 'm255'), (3, 'm256'), (4, 'm300'), (5, NULL);
UPDATE t SET e = 'm299' WHERE id = 1;
