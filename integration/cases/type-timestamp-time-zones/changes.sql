-- A TIMESTAMP is an instant, a DATETIME is text, whatever the writing session's zone is.
SET time_zone = '+09:30';
INSERT INTO t VALUES (2, '2024-03-10 02:30:00', '2024-03-10 02:30:00');
SET time_zone = '-08:00';
INSERT INTO t VALUES (3, '2024-03-10 02:30:00', '2024-03-10 02:30:00');
UPDATE t SET ts = '2001-09-09 01:46:40', dt = '2001-09-09 01:46:40' WHERE id = 1;
