-- What an extension used, by the hour since 1970: calls by when they began, seconds and money by when they ended. A day's sum
-- reads 24 rows and the calls of one broken hour.
CREATE TABLE used_hours (
  site TEXT NOT NULL, ext TEXT NOT NULL, hour INTEGER NOT NULL, scope INTEGER NOT NULL,
  calls INTEGER NOT NULL, seconds INTEGER NOT NULL, charged INTEGER NOT NULL, PRIMARY KEY (site, ext, hour, scope)
) STRICT, WITHOUT ROWID;
INSERT INTO used_hours
SELECT site, ext, hour, scope, SUM(calls), SUM(seconds), SUM(charged) FROM (
  SELECT site, ext, at / 3600000 AS hour, scope, 1 AS calls, 0 AS seconds, 0 AS charged FROM calls
  WHERE counted = 1 AND at > (SELECT MAX(at) FROM calls) - 172800000
  UNION ALL
  SELECT site, ext, closed_at / 3600000, scope, 0, seconds, charged FROM leases
  WHERE closed_at IS NOT NULL AND seconds > 0 AND closed_at > (SELECT MAX(closed_at) FROM leases) - 172800000)
GROUP BY site, ext, hour, scope;

CREATE TRIGGER calls_used AFTER INSERT ON calls WHEN NEW.counted = 1 BEGIN
  INSERT INTO used_hours VALUES (NEW.site, NEW.ext, NEW.at / 3600000, NEW.scope, 1, 0, 0)
  ON CONFLICT DO UPDATE SET calls = calls + 1;
END;
CREATE TRIGGER calls_used_later AFTER UPDATE OF counted ON calls WHEN NEW.counted > OLD.counted BEGIN
  INSERT INTO used_hours VALUES (NEW.site, NEW.ext, NEW.at / 3600000, NEW.scope, 1, 0, 0)
  ON CONFLICT DO UPDATE SET calls = calls + 1;
END;
CREATE TRIGGER leases_used AFTER UPDATE OF seconds ON leases WHEN NEW.seconds > 0 BEGIN
  INSERT INTO used_hours VALUES (NEW.site, NEW.ext, NEW.closed_at / 3600000, NEW.scope, 0,
    NEW.seconds - COALESCE(OLD.seconds, 0), NEW.charged - OLD.charged)
  ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds, charged = charged + excluded.charged;
END;

-- Money by block of numbers has an index of the few calls that cost any; that of all calls becomes narrower.
DROP INDEX leases_used;
CREATE INDEX leases_used ON leases (site, ext, closed_at, scope, seconds, charged) WHERE closed_at IS NOT NULL AND seconds > 0;
CREATE INDEX leases_block ON leases (site, ext, block, closed_at, charged) WHERE closed_at IS NOT NULL AND charged > 0;

-- Another number whenever something changes that calls are judged by and that seldom changes, so that it can be kept in memory.
CREATE TABLE word (changed INTEGER NOT NULL) STRICT;
INSERT INTO word VALUES (0);
CREATE TRIGGER blocks_insert AFTER INSERT ON blocks BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER blocks_update AFTER UPDATE ON blocks BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER blocks_delete AFTER DELETE ON blocks BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER passes_insert AFTER INSERT ON passes BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER passes_update AFTER UPDATE ON passes BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER passes_delete AFTER DELETE ON passes BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER probations_insert AFTER INSERT ON probations BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER probations_update AFTER UPDATE ON probations BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER probations_delete AFTER DELETE ON probations BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER overrides_insert AFTER INSERT ON overrides BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER overrides_update AFTER UPDATE ON overrides BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER overrides_delete AFTER DELETE ON overrides BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER extensions_insert AFTER INSERT ON extensions BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER extensions_update AFTER UPDATE ON extensions BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER extensions_delete AFTER DELETE ON extensions BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER limits_insert AFTER INSERT ON limits BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER limits_update AFTER UPDATE ON limits BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER limits_delete AFTER DELETE ON limits BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER settings_insert AFTER INSERT ON settings BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER settings_update AFTER UPDATE ON settings BEGIN UPDATE word SET changed = random(); END;
CREATE TRIGGER settings_delete AFTER DELETE ON settings BEGIN UPDATE word SET changed = random(); END;
