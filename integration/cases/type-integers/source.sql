CREATE TABLE t (id int PRIMARY KEY,
  s_tinyint tinyint, u_tinyint tinyint unsigned,
  s_smallint smallint, u_smallint smallint unsigned,
  s_mediumint mediumint, u_mediumint mediumint unsigned,
  s_int int, u_int int unsigned,
  s_bigint bigint, u_bigint bigint unsigned);
INSERT INTO t (id) VALUES (1), (2), (3);
