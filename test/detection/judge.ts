import { classify } from '../../src/core/risk/classify.ts';
import type { Action } from '../../src/core/verdict.ts';
import type { Settings } from '../../src/guard/settings.ts';
import { createDriver } from '../../src/replay/driver.ts';
import { createLearner } from '../../src/replay/learn.ts';
import { type Learned, learnedRows } from '../../src/replay/lessons.ts';
import { withoutCeilings } from '../../src/replay/unbounded.ts';
import { allHours, type HoursRow, keepHours } from '../../src/store/sqlite/hours.ts';
import { keepLearned } from '../../src/store/sqlite/learned.ts';
import { openLedger } from '../../src/store/sqlite/ledger.ts';
import { type Office, policyOf } from './offices.ts';
import { createRandom, type Random } from './random.ts';
import type { Labelled } from './traffic.ts';

/** What intruders do at a prompt. Honest callers confirm, and who misdialled hangs up. */
export type World = 'never answers' | 'random key' | 'always answers';
export const WORLDS: World[] = ['never answers', 'random key', 'always answers'];

/** The keys a caller presses when the right ones are `digits`; null: he hangs up. */
export type Keys = (call: Labelled, digits: string) => string | null;

export const keysIn =
  (world: World, random: Random): Keys =>
  ({ label }, digits) => {
    if (label === 'misdial') return null;
    if (label !== 'fraud' || world === 'always answers') return digits;
    return world === 'never answers' ? null : random.digits(digits.length);
  };

/** What became of a call under some policy. */
export interface Judged {
  verdict: Action;
  /** Codes of the rules that spoke; none where a rival has no words. */
  reasons?: string[];
  went: boolean;
  /** Seconds it was connected. */
  seconds: number;
}

/** A policy at work in one office, from after its two weeks of learning. */
export interface Judge {
  dial(call: Labelled): Promise<Judged>;
  close(): void;
  /** Incidents of severity warning and critical so far, of these extensions (and of the whole site) or of all. */
  incidents?(exts?: string[]): { severity: string; ext: string; code: string }[];
  /** The most it lets go in a day, in micro-units; absent where a rival states nothing. */
  ceilings?: { extension: number; site: number };
}

/** A policy that has learned an office and can be put to work there any number of times, each time afresh. */
export type Trained = (keys: Keys) => Promise<Judge>;

export interface Contender {
  name: string;
  train(office: Office, past: Labelled[]): Promise<Trained>;
}

const DIGITS_SEED = 77;

const settingsOf = (office: Office): Settings => ({
  sites: [{ policy: policyOf(office), match: { realms: [], extensions: [] } }],
  mode: 'enforce',
  deadlineMs: 250,
  digit: 'random',
  answerFirst: true,
  announce: true,
  language: 'en',
});

function guardOf(settings: Settings, keys: Keys) {
  const policy = settings.sites[0]!.policy;
  const ledger = openLedger({ file: ':memory:', policies: () => policy });
  const drawn = createRandom(DIGITS_SEED);
  const random = (below: number) => drawn.int(0, below - 1);
  const caller = (call: Labelled, { digits }: { digits: string }) => keys(call, digits);
  return { ledger, ...createDriver<Labelled>({ ledger, settings, classify, random, caller }) };
}

/** What `dialwarden learn` draws from past calls. */
export async function study(office: Office, past: Labelled[]): Promise<Learned & { hours: HoursRow[] }> {
  const settings = settingsOf(office);
  const learner = createLearner(() => settings.sites[0]!.policy);
  const scratch = guardOf(withoutCeilings(settings), (_call, digits) => digits);
  for (const call of past) learner.hear(await scratch.dial(call));
  const hours = allHours(scratch.ledger.db);
  scratch.ledger.close();
  return { ...learner.result(), hours };
}

/** dialwarden as it comes: learns from the past calls as `dialwarden learn` does, and takes over the ceilings it says. */
export const dialwarden: Contender = {
  name: 'dialwarden',
  async train(office, past) {
    const settings = settingsOf(office);
    const { policy } = settings.sites[0]!;
    const learned = await study(office, past);
    const { habits, days, ceilings } = learnedRows(learned, () => policy);
    const site = { ...settings.sites[0]!, policy: { ...policy, ...ceilings.get(policy.site) } };
    return async (keys) => {
      const { ledger, dial } = guardOf({ ...settings, sites: [site] }, keys);
      await keepLearned(ledger.db, habits, days);
      await keepHours(ledger.db, learned.hours);
      const ceilings = { extension: site.policy.ceilingExtension, site: site.policy.ceilingSite };
      const grave = ledger.db.prepare(
        "SELECT severity, ext, evidence ->> '$.code' AS code FROM incidents WHERE severity <> 'info'",
      );
      const incidents = () => grave.all() as { severity: string; ext: string; code: string }[];
      return {
        dial,
        close: () => ledger.close(),
        incidents: (exts) => incidents().filter(({ ext }) => !exts || ext === '' || exts.includes(ext)),
        ceilings,
      };
    };
  },
};
