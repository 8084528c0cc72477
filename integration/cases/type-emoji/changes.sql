INSERT INTO t VALUES ('👨‍👩‍👧‍👦', '🏳️‍🌈'), ('𠜎', '中文 العربية עברית');
UPDATE t SET v = '🇩🇪' WHERE k = '👋';
