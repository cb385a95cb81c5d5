-- What an extension used in the last days, a row a call when it began, and one with its seconds and money when it ended. With
-- `used_hours` this is all that limits are judged by, so that the indexes of all calls ever made need not be touched by the next.
CREATE TABLE uses (
  site TEXT NOT NULL, ext TEXT NOT NULL, ended INTEGER NOT NULL, at INTEGER NOT NULL, call INTEGER NOT NULL, scope INTEGER NOT NULL,
  seconds INTEGER NOT NULL, charged INTEGER NOT NULL, PRIMARY KEY (site, ext, ended, at, call)
) STRICT, WITHOUT ROWID;
INSERT INTO uses
SELECT site, ext, 0, at, id, scope, 0, 0 FROM calls WHERE counted = 1 AND at > (SELECT MAX(at) FROM calls) - 172800000;
INSERT INTO uses
SELECT site, ext, 1, closed_at, call, MAX(scope), SUM(seconds), SUM(charged) FROM leases
WHERE closed_at IS NOT NULL AND seconds > 0 AND closed_at > (SELECT MAX(at) FROM calls) - 172800000
GROUP BY site, ext, closed_at, call;

DROP TRIGGER calls_used;
CREATE TRIGGER calls_used AFTER INSERT ON calls WHEN NEW.counted = 1 BEGIN
  INSERT INTO uses VALUES (NEW.site, NEW.ext, 0, NEW.at, NEW.id, NEW.scope, 0, 0);
  INSERT INTO used_hours VALUES (NEW.site, NEW.ext, NEW.at / 3600000, NEW.scope, 1, 0, 0)
  ON CONFLICT DO UPDATE SET calls = calls + 1;
END;
DROP TRIGGER calls_used_later;
CREATE TRIGGER calls_used_later AFTER UPDATE OF counted ON calls WHEN NEW.counted > OLD.counted BEGIN
  INSERT INTO uses VALUES (NEW.site, NEW.ext, 0, NEW.at, NEW.id, NEW.scope, 0, 0);
  INSERT INTO used_hours VALUES (NEW.site, NEW.ext, NEW.at / 3600000, NEW.scope, 1, 0, 0)
  ON CONFLICT DO UPDATE SET calls = calls + 1;
END;
DROP TRIGGER leases_used;
CREATE TRIGGER leases_used AFTER UPDATE OF seconds ON leases WHEN NEW.seconds > 0 BEGIN
  INSERT INTO uses VALUES (NEW.site, NEW.ext, 1, NEW.closed_at, NEW.call, NEW.scope,
    NEW.seconds - COALESCE(OLD.seconds, 0), NEW.charged - OLD.charged)
  ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds, charged = charged + excluded.charged;
  INSERT INTO used_hours VALUES (NEW.site, NEW.ext, NEW.closed_at / 3600000, NEW.scope, 0,
    NEW.seconds - COALESCE(OLD.seconds, 0), NEW.charged - OLD.charged)
  ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds, charged = charged + excluded.charged;
END;
DROP INDEX calls_counted;
DROP INDEX leases_used;
