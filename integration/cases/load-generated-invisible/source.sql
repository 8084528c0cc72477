SET sql_generate_invisible_primary_key = ON;
CREATE TABLE t (v int, w varchar(20));
INSERT INTO t VALUES (1, 'a'), (1, 'a'), (2, 'b');
