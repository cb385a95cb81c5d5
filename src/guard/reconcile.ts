import type { Log } from './log.ts';
import type { LiveCalls } from './port-live.ts';
import type { Ledger } from './ports.ts';

const EVERY = 60_000;
/** After a hangup the ends reported by the dialplan come first; then two rounds tell what nobody reported. */
const AFTER_HANGUP = [2000, 4000];
const LOOK_MS = 1000;

/**
 * Compares leases with a PBX's live channels once a minute, and soon after each hangup and each new connection, since ends
 * that came without one were not heard: a call that is not live in two rounds has ended without telling. Returns what
 * stops it.
 */
export function startReconciling(
  calls: LiveCalls,
  ledger: Pick<Ledger, 'reconcile'>,
  now: () => number,
  log: Log,
): () => void {
  const timers = new Set<NodeJS.Timeout>();
  let running = false;

  async function round(): Promise<void> {
    if (running) return;
    running = true;
    try {
      const asked = now();
      const live = await calls.live();
      const released = live ? await ledger.reconcile(calls.pbx, live, asked) : 0;
      if (released > 0) log.warn('calls had ended without telling; released', { pbx: calls.pbx, released });
    } catch (error) {
      log.error('reconciling failed', { pbx: calls.pbx, error: (error as Error).message });
    } finally {
      running = false;
    }
  }

  function soon(): void {
    if (timers.size > 0) return;
    for (const delay of AFTER_HANGUP) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        void round();
      }, delay);
      timers.add(timer.unref());
    }
  }

  calls.onHangup(soon);
  let connected = false;
  const looking = setInterval(() => {
    const before = connected;
    connected = calls.connected();
    if (connected && !before) soon();
  }, LOOK_MS).unref();
  const interval = setInterval(() => void round(), EVERY).unref();
  return () => {
    clearInterval(interval);
    clearInterval(looking);
    for (const timer of timers) clearTimeout(timer);
    calls.close();
  };
}
