CREATE TABLE t (id int PRIMARY KEY, d date, t time, dt datetime, ts timestamp NULL, y year);
INSERT INTO t VALUES (1, '2000-01-01', '00:00:00', '2000-01-01 00:00:00', '2000-01-01 00:00:00', 2000);
