-- A unique key of NOT NULL columns stands in for the primary one; one with NULLs does not.
CREATE TABLE a (u int NOT NULL, v int, UNIQUE (u));
CREATE TABLE b (u int, v int, UNIQUE (u));
INSERT INTO a VALUES (1, 1), (2, 2);
INSERT INTO b VALUES (1, 1), (NULL, 2), (NULL, 2), (NULL, 3);
