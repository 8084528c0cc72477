CREATE TABLE order_c LIKE order_a;
ALTER TABLE order_c ADD w varchar(5);
INSERT INTO order_c VALUES (1, 1, 'c');
RENAME TABLE order_a TO order_x, order_b TO order_a, order_x TO order_b;
INSERT INTO order_a VALUES (7, 7);
ALTER TABLE order_b RENAME TO order_d, ADD z int;
UPDATE order_d SET z = 5;
DROP TABLE order_a;
