CREATE TABLE a (id int PRIMARY KEY, v int, w varchar(10));
INSERT INTO a VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three');
