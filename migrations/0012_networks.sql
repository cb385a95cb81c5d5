-- The owner's word on addresses that phones call from. site '': every site; ext '*': every extension.
CREATE TABLE networks (
  id INTEGER PRIMARY KEY, site TEXT NOT NULL DEFAULT '', ext TEXT NOT NULL DEFAULT '*', network TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('allow', 'deny')), note TEXT NOT NULL DEFAULT '',
  by TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER, UNIQUE (site, ext, network)
) STRICT;

-- Lists of denied networks, imported from files. One generation of a name is in force; its ranges stand in chunks, sorted and
-- apart: first and last address of each, 16 bytes each.
CREATE TABLE network_lists (
  generation INTEGER PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, ranges INTEGER NOT NULL,
  imported_at INTEGER NOT NULL, until INTEGER, state TEXT NOT NULL CHECK (state IN ('loading', 'active', 'retired'))
) STRICT;
CREATE UNIQUE INDEX network_lists_active ON network_lists (name) WHERE state = 'active';
CREATE TABLE network_chunks (
  generation INTEGER NOT NULL, chunk INTEGER NOT NULL, ranges BLOB NOT NULL, PRIMARY KEY (generation, chunk)
) STRICT;

-- Networks (a /24 of IPv4, a /48 of IPv6) that an extension called from and that count as its own.
CREATE TABLE phones (
  site TEXT NOT NULL, ext TEXT NOT NULL, network TEXT NOT NULL, country TEXT,
  first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (site, ext, network)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER networks_insert AFTER INSERT ON networks BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER networks_update AFTER UPDATE ON networks BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER networks_delete AFTER DELETE ON networks BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER network_lists_update AFTER UPDATE ON network_lists BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER network_lists_delete AFTER DELETE ON network_lists BEGIN UPDATE word SET changed = random(); END;
