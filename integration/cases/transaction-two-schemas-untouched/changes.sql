BEGIN;
INSERT INTO mapped VALUES (1, 1);
INSERT INTO unmapped VALUES (1, 1);
COMMIT;
CREATE TABLE unmapped_too (x int);
INSERT INTO unmapped_too VALUES (1);
INSERT INTO mapped VALUES (2, 2);
