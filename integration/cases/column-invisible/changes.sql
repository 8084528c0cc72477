INSERT INTO t (id, hidden, v) VALUES (2, 20, 2), (3, NULL, 3);
INSERT INTO t (id, v) VALUES (4, 4);
UPDATE t SET hidden = 8 WHERE id = 1;
