SET sql_generate_invisible_primary_key = ON;
CREATE TABLE t (v int, w varchar(20));
CREATE TABLE other (w varchar(20));
SET sql_generate_invisible_primary_key = DEFAULT;
INSERT INTO t VALUES (1, 'a'), (1, 'a'), (2, 'b');
