CREATE TABLE `odd ``name` (`id` INT PRIMARY KEY, `a b` INT, `ü"q"` VARCHAR(10), `select` INT, `@1` INT);
INSERT INTO `odd ``name` VALUES (1, 2, 'x', 3, 4);
UPDATE `odd ``name` SET `a b` = 5, `ü"q"` = 'y', `@1` = 6;
DELETE FROM `odd ``name`;
