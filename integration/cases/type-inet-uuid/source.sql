CREATE TABLE t (id int PRIMARY KEY, u uuid, i inet6, f inet4, UNIQUE (u));
INSERT INTO t VALUES (1, '123e4567-e89b-12d3-a456-426655440000', '::1', '127.0.0.1');
