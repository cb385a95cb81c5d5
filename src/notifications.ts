import type { Config } from './config/load.ts';
import type { Log } from './guard/log.ts';
import { type Notifier, startNotifier } from './guard/notifier.ts';
import type { Route } from './guard/outbox.ts';
import { routesOf } from './notify/routes.ts';
import type { TextContext } from './notify/text.ts';
import type { Db } from './store/sqlite/database.ts';
import { openOutbox } from './store/sqlite/outbox.ts';

export interface NotificationParts {
  db: Db;
  config: () => Config;
  /** A link that lifts a block; null where there is none. */
  link: TextContext['link'];
  log: Log;
}

/** Time zone and currency of any site, also of one that is no longer configured. */
export function placeOf({ settings: { sites } }: Config, site: string): { timezone: string; currency: string } {
  return (sites.find((s) => s.policy.site === site) ?? sites.at(-1)!).policy;
}

/** Sends what waits in the outbox to whom the configuration names, as it is at that time. */
export function startNotifications({ db, config, link, log }: NotificationParts): Notifier {
  const context: TextContext = { place: (site) => placeOf(config(), site), link };
  let made: { from: Config; routes: Route[] } | null = null;
  const routes = (): Route[] => {
    const now = config();
    if (made?.from !== now) {
      for (const route of made?.routes ?? []) route.close();
      made = { from: now, routes: routesOf(now.notify, context) };
    }
    return made.routes;
  };
  return startNotifier({ outbox: openOutbox(db), routes, now: Date.now, log });
}
