-- In which hours of its weeks an extension calls: a row an hour of the week (0 Sunday 00:00 to 167, local time). `weeks` has a
-- bit for each of the last 13 weeks in which it did, the lowest for `week`, counted from Monday 1969-12-29.
CREATE TABLE hours (
  site TEXT NOT NULL, ext TEXT NOT NULL, hour INTEGER NOT NULL, week INTEGER NOT NULL, weeks INTEGER NOT NULL,
  PRIMARY KEY (site, ext, hour)
) STRICT, WITHOUT ROWID;
