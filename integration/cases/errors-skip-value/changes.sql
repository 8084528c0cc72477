INSERT INTO t VALUES (1, 'fits'), (2, 'does not fit at all'), (3, 'too');
INSERT INTO t VALUES (4, 'does not fit either');
