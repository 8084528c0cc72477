CREATE TABLE orders_copy (id int PRIMARY KEY, v int);
INSERT INTO orders_copy VALUES (1, 1);
