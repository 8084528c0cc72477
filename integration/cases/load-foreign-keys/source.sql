CREATE TABLE z_parent (id int PRIMARY KEY);
CREATE TABLE a_child (id int PRIMARY KEY, pid int, FOREIGN KEY (pid) REFERENCES z_parent (id));
INSERT INTO z_parent VALUES (1), (2);
INSERT INTO a_child VALUES (1, 1), (2, 2);
