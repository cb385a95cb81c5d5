import type { Config } from '../config/load.ts';
import { EXAMPLES } from '../core/rules/examples.ts';
import type { Log } from '../guard/log.ts';
import { callWatch, ruleWatch, silentRules, startSilenceWatch } from '../guard/silence.ts';
import { askedReader } from '../store/sqlite/calls.ts';
import { lastAsked } from '../store/sqlite/figures.ts';
import { habitsReader } from '../store/sqlite/habits.ts';
import type { SqliteLedger } from '../store/sqlite/ledger.ts';
import * as settings from '../store/sqlite/settings.ts';
import { spoken } from '../store/sqlite/spoken.ts';
import type { OutboundCalls } from './outbound-calls.ts';

const TOLD = 'silent_rules_told';

/** Codes that stand for a rule each. */
export const RULE_CODES: readonly string[] = EXAMPLES.map(({ code }) => code);

/** Watches for what the guard does not hear, does not know and never says. Returns what stops it. */
export function watchSilences(ledger: SqliteLedger, calls: OutboundCalls, config: () => Config, log: Log): () => void {
  const { db } = ledger;
  const asked = askedReader(db);
  const common = { ledger, now: Date.now, log };
  return startSilenceWatch(
    callWatch({
      recorded: calls.read,
      asked: (call, now) => calls.isTold(call) || asked(call, now),
      lastAsked: () => lastAsked(db),
      ...common,
    }),
    ruleWatch({
      sites: () => config().settings.sites.map(({ policy }) => policy.site),
      habits: habitsReader(db),
      silent: (now) => silentRules(RULE_CODES, spoken(db), now),
      told: {
        get: () => Number(settings.get(db, TOLD) ?? 0),
        set: (at) => settings.set(db, TOLD, String(at)),
      },
      ...common,
    }),
  );
}
