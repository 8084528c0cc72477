INSERT INTO t VALUES (1, 'fits'), (2, 'does not fit at all');
