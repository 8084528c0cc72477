INSERT INTO user_east VALUES (1, 1);
INSERT INTO user_west VALUES (2, 2);
INSERT INTO account_east VALUES (3, 3);
UPDATE user_west SET v = 20;
