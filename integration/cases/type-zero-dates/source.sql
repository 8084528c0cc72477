SET sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE t (id int PRIMARY KEY, d date, dt datetime(3), ts timestamp NULL, y year, t time);
INSERT INTO t VALUES (1, '0000-00-00', '0000-00-00', '0000-00-00', 0, 0);
