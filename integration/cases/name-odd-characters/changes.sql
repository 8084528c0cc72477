INSERT INTO `odd ``name` VALUES (1, 2, 3, 4, 5, 6, 7);
UPDATE `odd ``name` SET `a b` = 20, `ü'q"` = 30, `a.b` = 70;
UPDATE `UPPER` SET value_X = 5;
INSERT INTO `with.dot` VALUES (1, 1);
INSERT INTO `größe-€` VALUES (1, 1);
