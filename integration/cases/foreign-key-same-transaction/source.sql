CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int PRIMARY KEY, pid int NOT NULL, FOREIGN KEY (pid) REFERENCES parent (id));
