import type { Outcome } from '../guard/outcome.ts';
import type { Metric, Sample } from './exposition.ts';

/** Upper bounds in seconds: around the usual millisecond, and around the deadline. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

export interface Meter {
  /** One answer to a PBX, and the milliseconds it took. */
  verdict(outcome: Pick<Outcome, 'action' | 'reason'>, ms: number): void;
  /** One error line of the log. Events are fixed words of the program, so there are few. */
  error(event: string): void;
  metrics(): Metric[];
}

/** Counts since the start of the process. */
export function createMeter(): Meter {
  const verdicts = new Map<string, { action: string; reason: string; count: number }>();
  const errors = new Map<string, number>();
  const buckets = BUCKETS.map(() => 0);
  let sum = 0;
  let count = 0;

  function histogram(): Sample[] {
    const at = BUCKETS.map((le, i) => ({ suffix: '_bucket', labels: { le }, value: buckets[i]! }));
    const all = { suffix: '_bucket', labels: { le: '+Inf' }, value: count };
    return [...at, all, { suffix: '_sum', value: sum }, { suffix: '_count', value: count }];
  }

  return {
    verdict({ action, reason }, ms) {
      const key = `${action} ${reason}`;
      const entry = verdicts.get(key);
      if (entry) entry.count++;
      else verdicts.set(key, { action, reason, count: 1 });
      const seconds = ms / 1000;
      for (let i = BUCKETS.length - 1; i >= 0 && seconds <= BUCKETS[i]!; i--) buckets[i]!++;
      sum += seconds;
      count++;
    },
    error(event) {
      errors.set(event, (errors.get(event) ?? 0) + 1);
    },
    metrics: () => [
      {
        name: 'dialwarden_verdicts_total',
        help: 'Answers given to the PBX, by action and by the reason that decided.',
        type: 'counter',
        samples: [...verdicts.values()].map(({ action, reason, count: value }) => ({
          labels: { action, reason },
          value,
        })),
      },
      {
        name: 'dialwarden_verdict_seconds',
        help: 'Time from a question to its verdict.',
        type: 'histogram',
        samples: histogram(),
      },
      {
        name: 'dialwarden_errors_total',
        help: 'Error lines in the log, by event; those of the ledger are failures of the store.',
        type: 'counter',
        samples: [...errors].map(([event, value]) => ({ labels: { event }, value })),
      },
    ],
  };
}
