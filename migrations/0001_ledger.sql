-- One row a call: a key of (PBX, channel, target). Times are milliseconds since 1970 UTC, money is micro-units.
CREATE TABLE calls (
  id          INTEGER PRIMARY KEY,
  pbx         TEXT    NOT NULL,
  uniqueid    TEXT    NOT NULL,
  target      TEXT    NOT NULL,             -- the E.164, or kind and digits where there is none
  site        TEXT    NOT NULL,
  ext         TEXT    NOT NULL DEFAULT '',  -- '' when nobody was found to pay
  at          INTEGER NOT NULL,
  dialled     TEXT    NOT NULL,
  kind        TEXT    NOT NULL,
  e164        TEXT,
  region      TEXT,
  line_type   TEXT,
  class       TEXT,
  scope       INTEGER NOT NULL DEFAULT 0,   -- bit 1 international, bit 2 elevated and above
  verdict     TEXT    NOT NULL CHECK (verdict IN ('allow', 'warn', 'block')),
  would       TEXT,
  state       TEXT    NOT NULL CHECK (state IN ('asking', 'allowed', 'confirmed', 'refused', 'blocked', 'ended')),
  cleared     INTEGER NOT NULL DEFAULT 0,   -- it was let through once: a second trunk is not questioned
  counted     INTEGER NOT NULL DEFAULT 0,   -- it went to a trunk
  asked       INTEGER NOT NULL DEFAULT 1,
  max_seconds INTEGER,
  reasons     TEXT    NOT NULL,             -- JSON
  incident    INTEGER,
  addr        TEXT,
  ended_at    INTEGER,
  billsec     INTEGER,
  charged     INTEGER NOT NULL DEFAULT 0,
  cause       INTEGER
) STRICT;
CREATE UNIQUE INDEX calls_key ON calls (pbx, uniqueid, target);
CREATE INDEX calls_at ON calls (at);
CREATE INDEX calls_counted ON calls (site, ext, at, scope) WHERE counted = 1;
CREATE INDEX calls_incident ON calls (incident) WHERE incident IS NOT NULL;
CREATE INDEX calls_asking ON calls (site, ext, at) WHERE state = 'asking';
CREATE INDEX calls_warned ON calls (site, ext, at, state) WHERE verdict = 'warn';
CREATE INDEX calls_number ON calls (site, e164, at) WHERE counted = 1;

-- What a call that goes out holds: concurrency for every call, money for international, premium and elevated ones.
CREATE TABLE leases (
  id          INTEGER PRIMARY KEY,
  call        INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  site        TEXT    NOT NULL,
  ext         TEXT    NOT NULL,
  block       TEXT    NOT NULL DEFAULT '',  -- E.164 less its last two digits
  scope       INTEGER NOT NULL,
  money       INTEGER NOT NULL,
  opened_at   INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  max_seconds INTEGER,
  reserved    INTEGER NOT NULL,
  per_minute  INTEGER, connect_fee INTEGER, first INTEGER, next INTEGER, source TEXT,
  closed_at   INTEGER,
  seconds     INTEGER,
  charged     INTEGER NOT NULL DEFAULT 0,
  expired     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX leases_call ON leases (call);
CREATE INDEX leases_open ON leases (site, ext) WHERE closed_at IS NULL;
CREATE INDEX leases_money ON leases (site, expires_at, reserved) WHERE closed_at IS NULL AND money = 1;
CREATE INDEX leases_expiry ON leases (expires_at) WHERE closed_at IS NULL;
CREATE INDEX leases_used ON leases (site, ext, closed_at, scope, seconds, charged, block) WHERE closed_at IS NOT NULL AND seconds > 0;
CREATE INDEX leases_spent ON leases (site, closed_at, charged) WHERE closed_at IS NOT NULL AND charged > 0;
-- The same charges by the hour since 1970 in which their calls ended, so that a day's sum reads 24 rows.
CREATE TABLE spent_hours (
  site TEXT NOT NULL, hour INTEGER NOT NULL, charged INTEGER NOT NULL, PRIMARY KEY (site, hour)
) STRICT, WITHOUT ROWID;

-- An end that came before its question.
CREATE TABLE early_ends (
  pbx TEXT NOT NULL, uniqueid TEXT NOT NULL, target TEXT NOT NULL DEFAULT '', at INTEGER NOT NULL,
  PRIMARY KEY (pbx, uniqueid, target)
) STRICT, WITHOUT ROWID;

-- Every try of a warning, for wrong keys in the last 24 hours.
CREATE TABLE answers (
  id INTEGER PRIMARY KEY, call INTEGER NOT NULL, site TEXT NOT NULL, ext TEXT NOT NULL, at INTEGER NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('confirmed', 'wrong', 'early', 'silent', 'hangup'))
) STRICT;
CREATE INDEX answers_recent ON answers (site, ext, at);

-- Who said "yes, I meant that number". ext '' is the whole site; block '' is the whole region.
CREATE TABLE confirmations (
  id INTEGER PRIMARY KEY, site TEXT NOT NULL, ext TEXT NOT NULL, region TEXT NOT NULL, block TEXT NOT NULL,
  at INTEGER NOT NULL, day TEXT NOT NULL, working INTEGER NOT NULL,
  by TEXT NOT NULL CHECK (by IN ('caller', 'admin', 'learn')), who TEXT NOT NULL DEFAULT '', until INTEGER, call INTEGER
) STRICT;
CREATE INDEX confirmations_of ON confirmations (site, ext, region, block, at);

-- Answered calls of a site to a region, a row a day.
CREATE TABLE region_days (
  site TEXT NOT NULL, region TEXT NOT NULL, day TEXT NOT NULL, calls INTEGER NOT NULL, PRIMARY KEY (site, region, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
  id INTEGER PRIMARY KEY,
  what TEXT NOT NULL CHECK (what IN ('international', 'all')),
  -- '' matches everything; a prefix is digits of an E.164 without its +
  site TEXT NOT NULL DEFAULT '', ext TEXT NOT NULL DEFAULT '', prefix TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL, by TEXT NOT NULL, incident INTEGER,
  at INTEGER NOT NULL, until INTEGER, lifted_at INTEGER, lifted_by TEXT, done TEXT
) STRICT;
CREATE INDEX blocks_active ON blocks (site, ext) WHERE lifted_at IS NULL;

CREATE TABLE overrides (
  site TEXT NOT NULL DEFAULT '', prefix TEXT NOT NULL,   -- '' is every site
  action TEXT NOT NULL CHECK (action IN ('allow', 'deny', 'class')), class TEXT, note TEXT NOT NULL DEFAULT '',
  by TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER, PRIMARY KEY (site, prefix)
) STRICT, WITHOUT ROWID;

CREATE TABLE extensions (
  site TEXT NOT NULL, ext TEXT NOT NULL, profile TEXT NOT NULL DEFAULT 'default', machine INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '', PRIMARY KEY (site, ext)
) STRICT, WITHOUT ROWID;
-- ext '*' is every extension of the site.
CREATE TABLE limits (
  site TEXT NOT NULL, ext TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (site, ext, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE decks (
  generation INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, imported_at INTEGER NOT NULL,
  rows INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('loading', 'active', 'retired'))
) STRICT;
CREATE UNIQUE INDEX decks_active ON decks (state) WHERE state = 'active';
CREATE TABLE rates (
  generation INTEGER NOT NULL, prefix TEXT NOT NULL, destination TEXT NOT NULL,
  per_minute INTEGER NOT NULL, connect_fee INTEGER NOT NULL, first INTEGER NOT NULL, next INTEGER NOT NULL,
  PRIMARY KEY (generation, prefix)
) STRICT, WITHOUT ROWID;

CREATE TABLE incidents (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  site TEXT NOT NULL, ext TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'closed')), resolution TEXT,
  title TEXT NOT NULL, evidence TEXT NOT NULL,   -- JSON of the finding that opened it
  opened_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, closed_at INTEGER,
  calls INTEGER NOT NULL DEFAULT 0, stopped INTEGER NOT NULL DEFAULT 0, lost INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX incidents_open ON incidents (site, ext, kind) WHERE state <> 'closed';
CREATE TABLE incident_log (
  id INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incidents (id), at INTEGER NOT NULL,
  who TEXT NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX incident_log_of ON incident_log (incident);

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
