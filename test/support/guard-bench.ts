import type { DialAttempt, PayerClues } from '../../src/core/attempt.ts';
import type { Policy } from '../../src/core/policy.ts';
import { classify } from '../../src/core/risk/classify.ts';
import { createGuard, type Guard } from '../../src/guard/guard.ts';
import type { Ledger } from '../../src/guard/ports.ts';
import type { Settings } from '../../src/guard/settings.ts';
import { openLedger, type SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { policy, TUESDAY } from './facts.ts';

export interface Bench {
  guard: Guard;
  ledger: SqliteLedger;
  settings: Settings;
  /** The virtual clock, in milliseconds since 1970. */
  clock: { now: number };
  /** Lines logged so far, as `level event`. */
  logged: string[];
  ask(digits: string, more?: Partial<DialAttempt>): ReturnType<Guard['ask']>;
  end(uniqueid: string, seconds: number): Promise<void>;
}

/** Who pays for a call that the phone of this extension dialled itself. */
export const payerOf = (ext: string): PayerClues => ({
  endpoint: ext,
  transferer: null,
  inherited: null,
  accountcode: null,
  redirecting: null,
});

/** A call of phone 214 as an adapter asks about it. */
export const dialAttempt = (digits: string, at: number, more: Partial<DialAttempt> = {}): DialAttempt => ({
  pbx: 'asterisk',
  uniqueid: '1.1',
  at,
  digits,
  dialled: null,
  payer: payerOf('214'),
  listener: true,
  realm: 'from-internal',
  addr: null,
  userAgent: null,
  ...more,
});

/** A guard on a real ledger in memory with a virtual clock and digits that count up from 0. `wrap` puts a fault in between. */
export function guardOnTheBench(more: { policy?: Partial<Policy>; wrap?: (ledger: Ledger) => Ledger } = {}): Bench {
  const clock = { now: TUESDAY };
  const logged: string[] = [];
  const site = policy(more.policy);
  const ledger = openLedger({ file: ':memory:', policies: () => site, clock: () => clock.now });
  const settings: Settings = {
    sites: [{ policy: site, match: { realms: [], extensions: [] } }],
    mode: 'enforce',
    deadlineMs: 250,
    digit: 'random',
    answerFirst: true,
    announce: true,
    language: 'en',
  };
  const note = (level: string) => (event: string) => logged.push(`${level} ${event}`);
  let drawn = 0;
  const guard = createGuard({
    ledger: more.wrap?.(ledger) ?? ledger,
    settings: () => settings,
    classify,
    now: () => clock.now,
    random: (below) => drawn++ % below,
    log: { info: note('info'), warn: note('warn'), error: note('error') },
  });
  const ask: Bench['ask'] = (digits, extra) => guard.ask(dialAttempt(digits, clock.now, extra));
  const end: Bench['end'] = (uniqueid, seconds) =>
    guard.ended({
      pbx: 'asterisk',
      uniqueid,
      at: clock.now,
      e164: null,
      seconds: [seconds],
      answered: seconds > 0,
      cause: 16,
      trunkUp: false,
    });
  return { guard, ledger, settings, clock, logged, ask, end };
}
