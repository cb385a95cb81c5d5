-- Incidents' logs become append-only and a chain: `hash` covers a line and the hash of the line before it ('' before 0002).
ALTER TABLE incident_log ADD COLUMN hash TEXT NOT NULL DEFAULT '';
CREATE TRIGGER incident_log_unchanged BEFORE UPDATE ON incident_log
BEGIN SELECT RAISE(ABORT, 'the log of incidents is append-only'); END;
CREATE TRIGGER incident_log_kept BEFORE DELETE ON incident_log
BEGIN SELECT RAISE(ABORT, 'the log of incidents is append-only'); END;

-- What is to be told of incidents, written in the transaction that changed them; `due` a digest may wait for more calls.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incidents (id),
  kind TEXT NOT NULL CHECK (kind IN ('first', 'escalation', 'digest', 'closed')),
  at INTEGER NOT NULL, due INTEGER NOT NULL,
  planned INTEGER NOT NULL DEFAULT 0   -- its deliveries are known
) STRICT;
CREATE INDEX outbox_new ON outbox (due) WHERE planned = 0;
CREATE UNIQUE INDEX outbox_digest ON outbox (incident) WHERE kind = 'digest' AND planned = 0;
CREATE INDEX outbox_of ON outbox (incident, kind);

-- A message on its way to one route (`mail:warning`, `webhook`, `syslog`). Those of one batch leave as one.
CREATE TABLE deliveries (
  message INTEGER NOT NULL REFERENCES outbox (id), route TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'claimed', 'sent')),
  batch INTEGER, attempts INTEGER NOT NULL DEFAULT 0,
  claimed_at INTEGER, next_at INTEGER NOT NULL, sent_at INTEGER, error TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (message, route)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_open ON deliveries (route, state, next_at) WHERE state <> 'sent';
CREATE INDEX deliveries_claimed ON deliveries (route, claimed_at);
-- A route that failed rests until `next_at`.
CREATE TABLE routes (
  route TEXT PRIMARY KEY, failures INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- An exception to toll blocks: this extension may call this prefix until then. '' matches everything.
CREATE TABLE passes (
  id INTEGER PRIMARY KEY, site TEXT NOT NULL DEFAULT '', ext TEXT NOT NULL DEFAULT '', prefix TEXT NOT NULL DEFAULT '',
  by TEXT NOT NULL, done TEXT, at INTEGER NOT NULL, until INTEGER NOT NULL
) STRICT;
CREATE INDEX passes_until ON passes (until);

-- Extensions whose fraud block was lifted: armed limits until then.
CREATE TABLE probations (
  site TEXT NOT NULL, ext TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (site, ext)
) STRICT, WITHOUT ROWID;

-- Wrong PINs of the feature code.
CREATE TABLE wrong_pins (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, ext TEXT NOT NULL) STRICT;
CREATE INDEX wrong_pins_at ON wrong_pins (at);
