CREATE TABLE made (id int AUTO_INCREMENT PRIMARY KEY, v varchar(20) DEFAULT 'it''s', d datetime DEFAULT CURRENT_TIMESTAMP) COMMENT 'a; b';
INSERT INTO made (v, d) VALUES ('x', '2024-01-01'), ('y', '2024-01-02');
CREATE TABLE IF NOT EXISTS made (id int);
CREATE TABLE alike LIKE made;
INSERT INTO alike VALUES (5, 'five', '2024-05-05');
