-- A table without transactions, changed inside of one that is rolled back: its rows stay.
CREATE TABLE safe (id int PRIMARY KEY, v int) ENGINE=InnoDB;
CREATE TABLE simple (id int PRIMARY KEY, v int) ENGINE=MyISAM;
