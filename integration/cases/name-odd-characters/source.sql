CREATE TABLE `odd ``name` (`id ``x` int PRIMARY KEY, `a b` int, `ü'q"` int, `semi;--` int, `日本` int, `$1` int, `a.b` int);
CREATE TABLE `UPPER` (Id int PRIMARY KEY, VALUE_x int);
CREATE TABLE `with.dot` (id int PRIMARY KEY, v int);
CREATE TABLE `größe-€` (id int PRIMARY KEY, v int);
INSERT INTO `UPPER` VALUES (1, 1);
