import type { Log } from './log.ts';
import { NotDelivered, type Outbox, type Route } from './outbox.ts';

/** How often the outbox is looked at. */
const EVERY_MS = 500;

export interface NotifierParts {
  outbox: Outbox;
  /** As configured now; the same objects as long as nothing changes. */
  routes: () => readonly Route[];
  now: () => number;
  log: Log;
}

export interface Notifier {
  /** Starts no more messages and waits up to `ms` for those on their way. */
  stop(ms: number): Promise<void>;
}

/** Sends what waits in the outbox, one message at a time to each route. A dead route holds up no other. */
export function startNotifier({ outbox, routes, now, log }: NotifierParts): Notifier {
  const busy = new Map<string, Promise<void>>();
  let storeFailing = false;

  /** Runs a step on the store; a store that fails is said once, and asked again at the next round. */
  function stored<T>(step: () => T): T | null {
    try {
      const result = step();
      storeFailing = false;
      return result;
    } catch (error) {
      if (!storeFailing) log.error('outbox cannot be read or written', { error: (error as Error).message });
      storeFailing = true;
      return null;
    }
  }

  async function serve(route: Route): Promise<void> {
    const claim = stored(() => outbox.claim(route, now()));
    if (!claim) return;
    const said = { route: route.id, incidents: [...new Set(claim.notices.map((n) => n.incident.id))] };
    try {
      await route.send(claim);
    } catch (error) {
      const why = (error as Error).message;
      const again = stored(() => outbox.failed(route.id, claim.batch, now(), why, !(error instanceof NotDelivered)));
      const retry = again === null ? null : new Date(again).toISOString();
      log.error('notification failed', { ...said, attempt: claim.attempt, error: why, retry });
      return;
    }
    // Not marked because the store fails now: it is sent a second time, a minute later at the earliest.
    stored(() => outbox.sent(route.id, claim.batch, now()));
    log.info('notified', said);
  }

  function round(): void {
    stored(() => outbox.plan(routes(), now()));
    for (const route of routes()) {
      if (!busy.has(route.id))
        busy.set(
          route.id,
          serve(route).finally(() => busy.delete(route.id)),
        );
    }
  }

  const timer = setInterval(round, EVERY_MS);
  return {
    async stop(ms) {
      clearInterval(timer);
      let late: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        late = setTimeout(resolve, ms);
      });
      await Promise.race([Promise.all(busy.values()), patience]);
      clearTimeout(late);
      for (const route of routes()) route.close();
    },
  };
}
