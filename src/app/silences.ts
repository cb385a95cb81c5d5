import { EXAMPLES } from '../core/rules/examples.ts';
import { callWatch, ruleWatch, silentRules, startSilenceWatch } from '../guard/silence.ts';
import { askedReader } from '../store/sqlite/calls.ts';
import { lastAsked } from '../store/sqlite/figures.ts';
import { habitsReader } from '../store/sqlite/habits.ts';
import * as settings from '../store/sqlite/settings.ts';
import { spoken } from '../store/sqlite/spoken.ts';
import type { OutboundCalls } from './outbound-calls.ts';
import type { Wiring } from './wiring.ts';

const TOLD = 'silent_rules_told';

/** Codes that stand for a rule each. */
export const RULE_CODES: readonly string[] = EXAMPLES.map(({ code }) => code);

/** Watches for what the guard does not hear, does not know and never says. Returns what stops it. */
export function watchSilences({ ledger, config, now, log }: Wiring, calls: OutboundCalls): () => Promise<void> {
  const { db } = ledger;
  const asked = askedReader(db);
  const common = { ledger, now, log };
  return startSilenceWatch(
    callWatch({
      recorded: calls.read,
      asked: (call, at) => calls.isTold(call) || asked(call, at),
      lastAsked: () => lastAsked(db),
      ...common,
    }),
    ruleWatch({
      sites: () => config().settings.sites.map(({ policy }) => policy.site),
      habits: habitsReader(db),
      silent: (at) => silentRules(RULE_CODES, spoken(db), at),
      told: {
        get: () => Number(settings.get(db, TOLD) ?? 0),
        set: (at) => settings.set(db, TOLD, String(at)),
      },
      ...common,
    }),
  );
}
