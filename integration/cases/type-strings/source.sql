CREATE TABLE t (id int PRIMARY KEY, c char(10), v varchar(300), tt tinytext, x text, m mediumtext, l longtext);
INSERT INTO t VALUES (1, '', '', '', '', '', '');
