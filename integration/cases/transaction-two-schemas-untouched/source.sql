-- Changes of tables that no mapping names pass by, also inside of a transaction that touches a mapped one.
CREATE TABLE mapped (id int PRIMARY KEY, v int);
CREATE TABLE unmapped (id int PRIMARY KEY, v int);
