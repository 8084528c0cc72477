SET SESSION binlog_annotate_row_events = OFF;
INSERT INTO t VALUES (1, 'a');
SET SESSION binlog_annotate_row_events = ON;
INSERT INTO t VALUES (2, 'b');
UPDATE t SET v = 'c';
