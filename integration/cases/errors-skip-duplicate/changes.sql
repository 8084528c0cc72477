INSERT INTO t VALUES (1, 10, 'new'), (2, 21, 'of the source'), (3, 30, 'wants 30'), (5, 50, 'new');
