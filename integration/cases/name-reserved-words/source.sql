CREATE TABLE `select` (`order` int PRIMARY KEY, `group` int, `key` varchar(10), `values` int);
CREATE TABLE `table` (`from` int PRIMARY KEY, `where` int);
INSERT INTO `select` VALUES (1, 1, 'a', 1);
