import type { Config } from '../config/load.ts';
import type { Log } from '../guard/log.ts';
import { type Notifier, startNotifier } from '../guard/notifier.ts';
import type { Route } from '../guard/outbox.ts';
import { policyOfSite } from '../guard/sites.ts';
import { directly, routesOf } from '../notify/routes.ts';
import type { TextContext } from '../notify/text.ts';
import type { Db } from '../store/sqlite/database.ts';
import { openOutbox } from '../store/sqlite/outbox.ts';

export interface NotificationParts {
  db: Db;
  config: () => Config;
  /** A link that lifts a block; null where there is none. */
  link: TextContext['link'];
  log: Log;
}

export interface Notifications extends Notifier {
  /** The store cannot be written: said past it, after half a minute and then once an hour. */
  unwritten(calls: number): void;
}

const PATIENCE_MS = 30_000;
const HOUR = 3_600_000;

/** Says past the outbox that nothing can be written. */
function alarm(config: () => Config, log: Log): (calls: number) => void {
  let [since, last, said] = [0, 0, 0];
  return (calls) => {
    const now = Date.now();
    if (now - last > PATIENCE_MS) since = now;
    last = now;
    if (now - since < PATIENCE_MS || now - said < HOUR) return;
    said = now;
    const text = `The database of the guard cannot be written: ${calls} calls had no verdict, and the dialplan's fallback decides. Look for a full disk.`;
    for (const { way, send } of directly(config().notify, 'The guard cannot write', text)) {
      send().catch((error: Error) => log.error('notification failed', { route: way, error: error.message }));
    }
  };
}

/** Sends what waits in the outbox to whom the configuration names, as it is at that time. */
export function startNotifications({ db, config, link, log }: NotificationParts): Notifications {
  const context: TextContext = { place: (site) => policyOfSite(config().settings, site), link };
  let made: { from: Config; routes: Route[] } | null = null;
  const routes = (): Route[] => {
    const now = config();
    if (made?.from !== now) {
      for (const route of made?.routes ?? []) route.close();
      made = { from: now, routes: routesOf(now.notify, context) };
    }
    return made.routes;
  };
  const notifier = startNotifier({ outbox: openOutbox(db), routes, now: Date.now, log });
  return { ...notifier, unwritten: alarm(config, log) };
}
