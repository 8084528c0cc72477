/* leading */ ALTER /* inside */ TABLE `alter` # to the end
  ADD COLUMN `drop``it` varchar(20) DEFAULT '/* no comment */' -- another
  , ADD COLUMN x int COMMENT 'it''s; "this"';
INSERT INTO `alter` VALUES (1, 1, '-- text', 1);
/*!50001 ALTER TABLE `alter` ADD COLUMN versioned int */;
UPDATE `alter` SET versioned = 5;
