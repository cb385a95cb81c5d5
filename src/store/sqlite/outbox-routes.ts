import { type Route, SEVERITIES, type Severity } from '../../guard/outbox.ts';
import type { Db } from './database.ts';
import { DAY } from './usage.ts';

export const graveFor = (from: Severity, severity: Severity): boolean =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(from);

/** A way that is new hears what is open of the last day, once; what still waited for one that is gone is dropped. */
export function acquaintance(db: Db): (routes: readonly Pick<Route, 'id' | 'from'>[], now: number) => void {
  const deliver = db.prepare('INSERT INTO deliveries (message, route, next_at) VALUES (?, ?, ?)');
  const known = db.prepare('SELECT route FROM known_routes').pluck();
  const meet = db.prepare('INSERT INTO known_routes (route) VALUES (?)');
  const part = db.prepare('DELETE FROM known_routes WHERE route = ?');
  const abandon = db.prepare("DELETE FROM deliveries WHERE route = ? AND state <> 'sent'");
  const untold = db.prepare(
    `SELECT outbox.id, severity FROM outbox JOIN incidents ON incidents.id = incident
     WHERE planned = 1 AND outbox.at > ? AND state <> 'closed'
       AND NOT EXISTS (SELECT 1 FROM deliveries WHERE message = outbox.id AND route = ?)`,
  );

  return (routes, now) => {
    const before = known.all() as string[];
    for (const id of before.filter((old) => routes.every((route) => route.id !== old))) {
      abandon.run(id);
      part.run(id);
    }
    for (const { id, from } of routes.filter((route) => !before.includes(route.id))) {
      meet.run(id);
      for (const news of untold.all(now - DAY, id) as { id: number; severity: Severity }[])
        if (graveFor(from, news.severity)) deliver.run(news.id, id, now);
    }
  };
}
