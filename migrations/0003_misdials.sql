-- What the caller may have meant, as JSON: one slip of the finger away from what was dialled. NULL where there is nothing.
ALTER TABLE calls ADD COLUMN meant TEXT;
CREATE INDEX calls_blocked ON calls (site, ext, at) WHERE verdict = 'block';

-- Numbers dialled wrongly, and rightly within two minutes by the same extension. `call` is the wrong one.
CREATE TABLE misdials (
  call INTEGER PRIMARY KEY, site TEXT NOT NULL, ext TEXT NOT NULL, at INTEGER NOT NULL,
  edit TEXT NOT NULL, region TEXT NOT NULL,   -- where the wrong one went; '' nowhere
  meant TEXT NOT NULL
) STRICT;
CREATE INDEX misdials_of ON misdials (site, region, edit, at);
CREATE INDEX misdials_at ON misdials (at);

-- Warned calls of incidents that were closed as a misdial: their wrong keys and refusals count no more.
CREATE TABLE forgiven (call INTEGER PRIMARY KEY) STRICT;
