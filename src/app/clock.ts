import { formatDuration } from '../config/duration.ts';
import { steadyClock } from '../guard/clock.ts';
import type { Log } from '../guard/log.ts';
import type { Ledger } from '../guard/ports.ts';

const JUMPED = {
  severity: 'warning',
  title: 'The clock of this machine jumped',
  key: 'clock',
} as const;

/** The time calls are judged by (see `steadyClock`), in milliseconds since 1970; a jump is logged and makes an incident. */
export function guardTime(ledger: Pick<Ledger, 'report'>, log: Log): () => number {
  const now = steadyClock({
    wall: Date.now,
    elapsed: () => performance.now(),
    onJump: (by, believed) => {
      const far = formatDuration(Math.abs(by));
      const why = believed
        ? `it went back by ${far}: what was spent before still counts; check NTP`
        : `it went ahead by ${far}: calls are judged by the time before for a quarter of an hour; check NTP`;
      log.error('clock jumped', { why });
      queueMicrotask(() => {
        ledger.report({ ...JUMPED, why, at: now(), calls: 0 }).catch((error: Error) => {
          log.error('incident not recorded', { title: JUMPED.title, error: error.message });
        });
      });
    },
  });
  return now;
}
