CREATE TABLE t (id int PRIMARY KEY, a decimal(65,30), b decimal(1,0), c decimal(30,30), d decimal(18,9),
  e decimal(10,2) unsigned, f decimal(65,0));
INSERT INTO t VALUES (1, 0, 0, 0, 0, 0, 0);
