INSERT INTO `tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt` VALUES (1, 1), (2, 2);
UPDATE `tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt` SET `ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd` = 5 WHERE `cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc` = 1;
