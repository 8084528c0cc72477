CREATE /* gh-ost */ TABLE `_a_ghc` (
  id bigint auto_increment, last_update timestamp not null DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  hint varchar(64) charset ascii not null, value varchar(4096) charset ascii not null,
  primary key(id), unique key hint_uidx(hint)) auto_increment=256;
CREATE /* gh-ost */ TABLE `_a_gho` LIKE `a`;
ALTER /* gh-ost */ TABLE `_a_gho` ADD COLUMN extra int NOT NULL DEFAULT 7 AFTER id, MODIFY v bigint;
INSERT INTO `_a_ghc` (id, hint, value) VALUES (NULLIF(2, 0), 'state', 'GhostTableMigrated')
  ON DUPLICATE KEY UPDATE last_update=NOW(), value=VALUES(value);
UPDATE a SET w = 'changed' WHERE id = 2;
INSERT /* gh-ost */ IGNORE INTO `_a_gho` (id, v, w) (SELECT id, v, w FROM a FORCE INDEX (`PRIMARY`) WHERE id <= 2);
INSERT INTO a VALUES (4, 4, 'four');
REPLACE /* gh-ost */ INTO `_a_gho` (id, v, w) VALUES (4, 4, 'four');
DELETE FROM a WHERE id = 1;
DELETE /* gh-ost */ FROM `_a_gho` WHERE id = 1;
INSERT /* gh-ost */ IGNORE INTO `_a_gho` (id, v, w) (SELECT id, v, w FROM a FORCE INDEX (`PRIMARY`) WHERE id > 2);
CREATE /* gh-ost */ TABLE `_a_del` (id int auto_increment primary key) engine=InnoDB comment='ghost-cut-over-sentry';
DROP /* gh-ost */ TABLE IF EXISTS `_a_del`;
RENAME /* gh-ost */ TABLE `a` TO `_a_del`, `_a_gho` TO `a`;
INSERT INTO a VALUES (5, 50, 5, 'five');
DROP /* gh-ost */ TABLE IF EXISTS `_a_ghc`;
DROP /* gh-ost */ TABLE IF EXISTS `_a_del`;
UPDATE a SET extra = 8 WHERE id = 3;
