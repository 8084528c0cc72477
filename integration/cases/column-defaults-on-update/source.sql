-- Columns that fill themselves must take the source's values.
CREATE TABLE t (id int PRIMARY KEY, v int, at datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  st timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
INSERT INTO t VALUES (1, 1, '2000-01-01', '2000-01-01'), (2, 2, '2000-01-01', '2000-01-01');
