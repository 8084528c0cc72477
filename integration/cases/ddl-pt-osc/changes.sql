CREATE TABLE `_a_new` (`id` int NOT NULL, `v` int DEFAULT NULL, `w` varchar(10) DEFAULT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;
ALTER TABLE `_a_new` ADD COLUMN extra int NOT NULL DEFAULT 7 FIRST, CHANGE v v2 bigint;
DELIMITER //
CREATE TRIGGER `pt_osc_del` AFTER DELETE ON `a` FOR EACH ROW
BEGIN DECLARE CONTINUE HANDLER FOR 1146 BEGIN END; DELETE IGNORE FROM `_a_new` WHERE `_a_new`.`id` <=> OLD.`id`; END //
CREATE TRIGGER `pt_osc_upd` AFTER UPDATE ON `a` FOR EACH ROW
BEGIN DECLARE CONTINUE HANDLER FOR 1146 BEGIN END;
  DELETE IGNORE FROM `_a_new` WHERE !(OLD.`id` <=> NEW.`id`) AND `_a_new`.`id` <=> OLD.`id`;
  REPLACE INTO `_a_new` (`id`, `v2`, `w`) VALUES (NEW.`id`, NEW.`v`, NEW.`w`); END //
CREATE TRIGGER `pt_osc_ins` AFTER INSERT ON `a` FOR EACH ROW
BEGIN DECLARE CONTINUE HANDLER FOR 1146 BEGIN END; REPLACE INTO `_a_new` (`id`, `v2`, `w`) VALUES (NEW.`id`, NEW.`v`, NEW.`w`); END //
DELIMITER ;
UPDATE a SET w = 'changed' WHERE id = 2;
INSERT LOW_PRIORITY IGNORE INTO `_a_new` (`id`, `v2`, `w`) SELECT `id`, `v`, `w` FROM `a` LOCK IN SHARE MODE /*pt-online-schema-change 1 copy table*/;
INSERT INTO a VALUES (4, 4, 'four');
UPDATE a SET id = 9 WHERE id = 3;
DELETE FROM a WHERE id = 1;
ANALYZE TABLE `_a_new` /* pt-online-schema-change */;
RENAME TABLE `a` TO `_a_old`, `_a_new` TO `a`;
DROP TABLE IF EXISTS `_a_old`;
DROP TRIGGER IF EXISTS `pt_osc_del`;
DROP TRIGGER IF EXISTS `pt_osc_upd`;
DROP TRIGGER IF EXISTS `pt_osc_ins`;
INSERT INTO a VALUES (70, 5, 5, 'five');
UPDATE a SET extra = 8 WHERE id = 9;
