import { RULE_CODES } from '../app/silences.ts';
import type { Policy } from '../core/policy.ts';
import { ordinary, type Trial, tryRules } from '../core/rules/examples.ts';
import { silentRules, unlearned } from '../guard/silence.ts';
import { factsReader } from '../store/sqlite/facts.ts';
import { habitsReader, silences } from '../store/sqlite/habits.ts';
import { spoken } from '../store/sqlite/spoken.ts';
import type { Finding } from './doctor.ts';
import type { State } from './state.ts';

const listed = (trials: Trial[]): string => trials.map(({ code, why }) => `${code} (${why})`).join(', ');

/** Tries every rule on an example, with the policy, limits, blocks and prefixes that are in force for a new extension. */
function rulesCheck({ db }: State, policy: Policy, now: number): Finding {
  const check = `rules of site ${policy.site}`;
  const attempt = ordinary(policy.site, now);
  const read = factsReader(db, { policies: () => policy, mode: () => 'enforce' });
  const trials = tryRules(attempt, read(attempt, null, false), policy);
  const of = (result: Trial['result']) => trials.filter((trial) => trial.result === result);
  const [silent, unset] = [of('silent'), of('unset')];
  const spoke = `${of('speaks').length} of ${trials.length} speak to an example`;
  const rest = unset.length === 0 ? '' : `; nothing is set for ${listed(unset)}`;
  if (silent.length === 0) return { check, state: 'ok', text: `${spoke}${rest}` };
  return { check, state: 'warn', text: `${spoke}; silenced by what is configured: ${listed(silent)}${rest}` };
}

/** Rules that nothing has happened for; that they work is told by their examples. */
function silentCheck({ db }: State, now: number): Finding[] {
  const silent = silentRules(RULE_CODES, spoken(db), now).map(({ code }) => code);
  if (silent.length === 0) return [];
  const text = `silent for 90 days: ${silent.join(', ')}; try \`dialwarden check EXT DIGITS\``;
  return [{ check: 'silent rules', state: 'ok', text }];
}

function learnedCheck({ db }: State, site: string, now: number): Finding {
  const check = `learned of site ${site}`;
  const habits = habitsReader(db)(site, now);
  const report = unlearned(site, habits, now);
  if (report) return { check, state: 'warn', text: `${report.title}: ${report.why}` };
  if (habits.knows) return { check, state: 'ok', text: 'destinations are known' };
  return { check, state: 'warn', text: 'nothing yet: dialwarden learn /var/log/asterisk/cdr-csv/Master.csv' };
}

/** What the guard does not hear, does not know and never says. */
export function silenceChecks(state: State, now: number): Finding[] {
  const sites = state.config.settings.sites.map(({ policy }) => policy);
  const open = silences(state.db).filter(({ kind }) => kind === 'bypassed' || kind === 'unasked');
  return [
    ...open.map(({ kind, incident }): Finding => {
      const what = kind === 'unasked' ? 'the guard was asked about no call' : 'calls went past the guard';
      return { check: 'silence', state: 'fail', text: `${what}: see \`dialwarden incidents show ${incident}\`` };
    }),
    ...sites.map(({ site }) => learnedCheck(state, site, now)),
    ...sites.map((policy) => rulesCheck(state, policy, now)),
    ...silentCheck(state, now),
  ];
}
