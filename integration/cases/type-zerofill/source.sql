CREATE TABLE t (id int(6) unsigned zerofill PRIMARY KEY, n bigint(20) unsigned zerofill, d decimal(10,2) zerofill);
INSERT INTO t VALUES (1, 1, 1.5);
