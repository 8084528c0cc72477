INSERT INTO orders VALUES (2, 2);
UPDATE orders SET v = 10 WHERE id = 1;
