UPDATE a JOIN b ON a.id = b.id SET a.v = b.v, b.v = a.v WHERE a.id < 3;
DELETE a, b FROM a JOIN b ON a.id = b.id WHERE a.id = 3;
INSERT INTO a SELECT id + 10, v FROM b;
