INSERT INTO `select` VALUES (2, 2, 'b', 2);
UPDATE `select` SET `group` = 10 WHERE `order` = 1;
INSERT INTO `table` VALUES (1, 1);
UPDATE `table` SET `from` = 2;
