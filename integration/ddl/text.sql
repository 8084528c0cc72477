CREATE TABLE c8 (a INT COMMENT 'it''s; -- x', /* c */ b INT, -- d
 c INT # e
);
-- on: mariadb mysql<8
/* leading */ CREATE /* mid */ TABLE /*! IF NOT EXISTS */ lead (a INT);
CREATE TABLE v1 (a VARCHAR(10), b INT) /*!40100 DEFAULT CHARSET=latin1 */;
CREATE TABLE v2 (`a` INT /*!99999 NOT NULL */ );
CREATE TABLE v3 (a INT /*! UNSIGNED */, b INT /*!50100 NOT NULL */, /*!40000 c INT, */ d INT);
CREATE TABLE v4 (a INT /*M! NOT NULL */, b INT /*M!100100 UNSIGNED */, c INT /*M!999999 NOT NULL */);
CREATE TABLE v5 (a INT /*!80023 NOT NULL */, b INT /*!80000 UNSIGNED */) /*!50100 PARTITION BY HASH (a) PARTITIONS 2 */;
/*!50003 CREATE TABLE v6 (a INT) */;
/*!40101 ALTER TABLE v6 ADD b INT */;
create table if not exists`ddl1`.`e4`(`id`int(10)unsigned not null,primary key(`id`))engine=innodb;
CREATE	TABLE
 tabs	(a
 INT,
b	VARCHAR(3)
)	;
CREATE TABLE `b``7` (`select` INT, `日本` VARCHAR(5), `a b` INT, UNIQUE KEY `k,k` (`a b`));
ALTER TABLE `b``7` ADD `x``y` INT, CHANGE `日本` `語` VARCHAR(6), ADD KEY `日` (`語`);
ALTER TABLE `b``7` DROP `x``y`, DROP KEY `k,k`;
RENAME TABLE `b``7` TO `q.r`;
ALTER TABLE `q.r` ADD `a.b` INT, ADD `c,d` INT, ADD `(e` INT, ADD `)` INT, ADD `'` INT, ADD `"` INT, ADD `--` INT;
ALTER TABLE `ddl1`.`q.r` DROP `a.b`, DROP `c,d`, DROP `(e`, DROP `)`, DROP `'`;
RENAME TABLE `q.r` TO `select`;
ALTER TABLE ddl1.select ADD `from` INT;
DROP TABLE ddl1.select;
CREATE TABLE 1abc (2col INT, 3e INT, `4` INT, 5$ INT);
ALTER TABLE 1abc ADD 6x INT AFTER 2col, DROP 3e;
ALTER TABLE ddl1.1abc DROP `4`;
CREATE TABLE $dollar (a$b INT, _under INT, `çé` INT);
CREATE TABLE é (à INT, ß VARCHAR(3));
ALTER TABLE é CHANGE à ö INT;
CREATE TABLE lit (a INT DEFAULT 0x10, b VARCHAR(9) DEFAULT X'11', c BIT(8) DEFAULT 0b101, d VARBINARY(9) DEFAULT b'11', e DOUBLE DEFAULT 1e10, f DOUBLE DEFAULT 1.E-3, g INT DEFAULT -0);
CREATE TABLE lit2 (a VARCHAR(20) DEFAULT 'a\nb', b VARCHAR(20) DEFAULT 'x''y''''z', c VARCHAR(20) DEFAULT "d""e'f", d VARCHAR(30) DEFAULT '/* no comment */', e VARCHAR(9) DEFAULT '-- no');
CREATE TABLE lit3 (a VARCHAR(20) COMMENT '), PRIMARY KEY (a', b INT COMMENT ')', c INT COMMENT '(');
-- mode: ANSI_QUOTES
CREATE TABLE "ansi" ("a" INT, "b""c" INT, d VARCHAR(9) DEFAULT '"', "e'f" INT);
-- mode: ANSI_QUOTES
ALTER TABLE "ddl1"."ansi" ADD "x,y" INT, CHANGE "b""c" "bc" INT;
-- mode: ANSI_QUOTES
RENAME TABLE "ansi" TO "ansi 2";
-- mode: ANSI_QUOTES
DROP TABLE IF EXISTS "ansi 2", "none";
-- mode: NO_BACKSLASH_ESCAPES
ALTER TABLE lit ADD h VARCHAR(9) DEFAULT '\', ADD i INT COMMENT 'x\';
-- mode: HIGH_NOT_PRECEDENCE,NO_ZERO_DATE
ALTER TABLE lit ADD j INT NOT NULL DEFAULT 1;
CREATE TABLE kw (action INT, bit INT, cascade_ INT, columns INT, data INT, day INT, end INT, escape INT, fields INT, hash INT, hour INT, level INT, local INT, mode INT, month INT, names INT, next INT, no INT, offset_ INT, open INT, password INT, quarter INT, role INT, session INT, signed INT, start INT, subject INT, tables INT, temporary INT, text TEXT, time TIME, timestamp TIMESTAMP NULL, truncate INT, user INT, value INT, week INT, work INT, year YEAR);
ALTER TABLE kw ADD account INT, ADD always INT, ADD avg INT, ADD begin INT, ADD btree INT, ADD cache INT, ADD chain INT, ADD charset INT, ADD checksum INT, ADD close INT;
ALTER TABLE kw ADD compressed INT, ADD compression INT, ADD connection INT, ADD context INT, ADD cpu INT, ADD definer INT, ADD disable INT, ADD disk INT, ADD do_ INT, ADD duplicate INT;
ALTER TABLE kw ADD enable INT, ADD ends INT, ADD engines INT, ADD event INT, ADD expire INT, ADD fixed INT, ADD flush INT, ADD full INT, ADD global INT, ADD help INT, ADD hosts INT;
ALTER TABLE kw DROP fixed, DROP full, DROP enable, DROP disable, MODIFY charset BIGINT, CHANGE begin start2 INT, MODIFY level INT FIRST, MODIFY hash INT AFTER level;
CREATE TABLE wide (c1 INT, c2 INT, c3 INT, c4 INT, c5 INT, c6 INT, c7 INT, c8 INT, c9 INT, c10 INT, c11 INT, c12 INT, c13 INT, c14 INT, c15 INT, c16 INT, PRIMARY KEY (c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16));
