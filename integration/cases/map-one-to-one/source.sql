CREATE TABLE orders (id int PRIMARY KEY, v int);
INSERT INTO orders VALUES (1, 1);
