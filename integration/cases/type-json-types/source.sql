CREATE TABLE t (id int PRIMARY KEY, j json,
  objects text GENERATED ALWAYS AS (CONCAT_WS(' ', JSON_TYPE(j), JSON_TYPE(j->'$.dec'), JSON_TYPE(j->'$.date'),
    JSON_TYPE(j->'$.time'), JSON_TYPE(j->'$.dt'), JSON_TYPE(j->'$.ts'), JSON_TYPE(j->'$.bit'), JSON_TYPE(j->'$.blob'),
    JSON_TYPE(j->'$.uns'), JSON_TYPE(j->'$.dbl'), JSON_TYPE(j->'$.str'))) VIRTUAL,
  elements text GENERATED ALWAYS AS (CONCAT_WS(' ', JSON_TYPE(j->'$.list[0]'), JSON_TYPE(j->'$.list[1].in'),
    JSON_TYPE(j->'$.list[2][0]'), JSON_TYPE(j->'$.list[2][1]'), JSON_TYPE(j->'$[0]'), JSON_TYPE(j->'$[1]'))) VIRTUAL);
CREATE TABLE p (id int PRIMARY KEY, j json);
CREATE TABLE v (ts timestamp(6) NULL, bi bit(9), bl blob, mb mediumblob, tb tinyblob, lb longblob, bn binary(3), vb varbinary(9));
INSERT INTO v VALUES ('2024-01-02 03:04:05.5', b'101', 'a\0\'x', REPEAT('mb', 60), 'tb', 'lb', 'b', x'00ff');
INSERT INTO p VALUES (1, JSON_OBJECT('a', REPEAT('x', 500), 'b', 1));
