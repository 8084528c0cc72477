SET foreign_key_checks = 0;
INSERT INTO child VALUES (1, 99);
SET foreign_key_checks = 1;
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (2, 1);
