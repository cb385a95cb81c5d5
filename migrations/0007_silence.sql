-- What reports that no call made are joined by while they are open; '' for incidents of calls.
ALTER TABLE incidents ADD COLUMN key TEXT NOT NULL DEFAULT '';
UPDATE incidents SET key = 'guard:' || title WHERE kind = 'guard' AND state <> 'closed';
CREATE INDEX incidents_key ON incidents (key) WHERE state <> 'closed' AND key <> '';

-- When each finding was last spoken, by its code; written once a day each.
CREATE TABLE spoken (code TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- Since when that is kept: before, nothing can be said of silence.
INSERT INTO settings (name, value) VALUES ('spoken_since', CAST(unixepoch() AS INTEGER) * 1000);

-- Ways to somebody that the configuration had at the last look. One that is new hears what is open of the last day.
CREATE TABLE known_routes (route TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO known_routes SELECT DISTINCT route FROM deliveries;
