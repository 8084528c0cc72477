CREATE TABLE order_a (id int PRIMARY KEY, v int);
CREATE TABLE order_b (id int PRIMARY KEY, v int);
INSERT INTO order_a VALUES (1, 1);
