SET SESSION binlog_rows_query_log_events = ON;
INSERT INTO t VALUES (1, 'a');
UPDATE t SET v = 'c';
