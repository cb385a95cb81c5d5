-- Who attacked the PBX itself, a row an address and a kind of attack. Times are milliseconds since 1970 UTC.
CREATE TABLE scans (
  address  TEXT NOT NULL, kind TEXT NOT NULL,
  since    INTEGER NOT NULL, last INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  accounts TEXT NOT NULL,   -- JSON list of what was tried, the first few
  agent    TEXT, service TEXT NOT NULL,
  exempt   INTEGER NOT NULL DEFAULT 0,   -- never to be banned: a trunk, the PBX itself, or the owner's list
  PRIMARY KEY (address, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX scans_last ON scans (last);

-- Numbers that strangers tried to call through the PBX: E.164 less its last two digits.
CREATE TABLE probes (
  block TEXT PRIMARY KEY, e164 TEXT NOT NULL, address TEXT NOT NULL, tries INTEGER NOT NULL, last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX probes_last ON probes (last);
