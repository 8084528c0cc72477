CREATE TABLE t (id int PRIMARY KEY,
  t1 time(1), d1 datetime(1), s1 timestamp(1) NULL,
  t2 time(2), d2 datetime(2), s2 timestamp(2) NULL,
  t3 time(3), d3 datetime(3), s3 timestamp(3) NULL,
  t4 time(4), d4 datetime(4), s4 timestamp(4) NULL,
  t5 time(5), d5 datetime(5), s5 timestamp(5) NULL,
  t6 time(6), d6 datetime(6), s6 timestamp(6) NULL);
INSERT INTO t (id, d6) VALUES (1, '2000-01-01 00:00:00.000001');
