import type { Log } from './log.ts';
import type { Ledger, Report } from './ports.ts';

/** What the guard must not be silent about: what it does not hear, does not know, or never says. */
export const SILENCES = ['bypassed', 'unasked', 'unlearned', 'rules'] as const;
export type Silence = (typeof SILENCES)[number];
const silenceKey = (silence: Silence, site = ''): string => `silence:${silence}${site && `:${site}`}`;

/** A call that the PBX says went out. */
export interface OutboundRecord {
  /** null where the records hold none. */
  uniqueid: string | null;
  ext: string;
  dialled: string;
  /** E.164 where the digits tell one, else the digits. */
  target: string;
  answered: boolean;
}

/** What is known of a site's habits. Times are milliseconds since 1970. */
export interface Habits {
  /** The first call that anybody asked about; null for none. */
  since: number | null;
  /** Of the latest calls those of this site, and how many of them could cost money. */
  calls: number;
  money: number;
  /** Somebody confirmed or vouched for a destination, or call records were learned. */
  knows: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** One call can be a row read wrongly; so many within an hour are a dialplan that does not ask. */
const ENOUGH = 3;
/** So many calls, a day after the first one, are a site at work; after two weeks somebody should have confirmed something. */
const AT_WORK = 20;
const LONG_MS = 14 * DAY;
/** A rule that has not spoken for so long is named, as often. */
export const SILENT_MS = 90 * DAY;

const BYPASSED = {
  severity: 'critical',
  title: 'Calls go out that the guard was never asked about',
  why: 'the PBX made calls without a verdict: a path of the dialplan dials the trunk without asking',
} as const;
const UNASKED = {
  severity: 'critical',
  title: 'Calls go out, and the guard is asked about none of them',
  why: 'the PBX makes calls, and no question has come since the first of them: the dialplan does not ask any more',
} as const;

export interface CallWatchParts {
  /** Outbound calls that the PBX has made since the last time. */
  recorded: () => Promise<OutboundRecord[]>;
  /** Whether the guard was asked about a call, lately. */
  asked: (call: OutboundRecord, now: number) => boolean;
  /** When the guard was asked last; null for never. */
  lastAsked: () => number | null;
  ledger: Pick<Ledger, 'report'>;
  now: () => number;
  log: Log;
}

/** Finds, in one look, calls that went out past the guard, and tells when they are too many. */
export function callWatch({ recorded, asked, lastAsked, ledger, now, log }: CallWatchParts): () => Promise<void> {
  let past: { at: number; text: string }[] = [];
  let unreadable = false;
  return async () => {
    try {
      const calls = await recorded();
      unreadable = false;
      const at = now();
      const missed = calls.filter((call) => call.answered && !asked(call, at));
      const lines = missed.map(({ ext, dialled }) => ({
        at,
        text: `${ext === '' ? 'nobody known' : `extension ${ext}`} dialled ${dialled.slice(0, 64)}`,
      }));
      past = [...past.filter((line) => line.at > at - HOUR), ...lines];
      if (past.length < ENOUGH) return;
      const silence = (lastAsked() ?? 0) < past[0]!.at - MINUTE ? 'unasked' : 'bypassed';
      log.error('calls past the guard', { silence, calls: past.length, last: past.at(-1)!.text });
      const what = silence === 'unasked' ? UNASKED : BYPASSED;
      await ledger.report({ ...what, key: silenceKey(silence), at, calls: past.length, lines: past });
      past = [];
    } catch (error) {
      if (!unreadable) log.warn('call records cannot be read', { error: (error as Error).message });
      unreadable = true;
    }
  };
}

/** What to say of a site that knows nothing; null where that is no wonder. */
export function unlearned(site: string, { since, calls, money, knows }: Habits, now: number): Report | null {
  if (knows || since === null || since > now - DAY || calls < AT_WORK) return null;
  const long = since < now - LONG_MS && money > 0;
  return {
    key: silenceKey('unlearned', site),
    severity: long ? 'warning' : 'info',
    site,
    title: long
      ? 'For two weeks nothing was learned: every destination is new, and every first call is questioned'
      : 'Nothing was learned: every destination is new, and every first call is questioned',
    why: 'read the call records (dialwarden learn Master.csv), or vouch for destinations (dialwarden confirm add)',
    at: now,
    calls: 0,
  };
}

/** Codes that have not been said for 90 days, with the last time; none while that is not known for so long. */
export function silentRules(
  codes: readonly string[],
  { since, last }: { since: number; last: ReadonlyMap<string, number> },
  now: number,
): { code: string; last: number | null }[] {
  if (since > now - SILENT_MS) return [];
  return codes
    .map((code) => ({ code, last: last.get(code) ?? null }))
    .filter((rule) => (rule.last ?? 0) < now - SILENT_MS);
}

export interface RuleWatchParts {
  sites: () => string[];
  habits: (site: string, now: number) => Habits;
  /** Codes of the rules, as they are said. */
  silent: (now: number) => { code: string; last: number | null }[];
  /** When silent rules were told last, kept over restarts. */
  told: { get(): number; set(at: number): void };
  ledger: Pick<Ledger, 'report' | 'over'>;
  now: () => number;
  log: Log;
}

/** Tells, in one look, of sites of which nothing is known, and once a quarter of rules that say nothing. */
export function ruleWatch({ sites, habits, silent, told, ledger, now, log }: RuleWatchParts): () => Promise<void> {
  const said = new Set<string>();

  async function learned(site: string, at: number): Promise<void> {
    const report = unlearned(site, habits(site, at), at);
    const key = silenceKey('unlearned', site);
    if (!report) return ledger.over({ key, why: 'something was learned', at });
    const step = `${key} ${report.severity}`;
    if (said.has(step)) return;
    said.add(step);
    log.warn('nothing was learned', { site });
    await ledger.report(report);
  }

  async function spoken(at: number): Promise<void> {
    const rules = silent(at);
    if (rules.length === 0 || told.get() > at - SILENT_MS) return;
    const lines = rules.map(({ code, last }) => ({
      at,
      what: 'silent',
      text: `${code}: ${last === null ? 'never spoke' : `spoke last on ${new Date(last).toISOString().slice(0, 10)}`}`,
    }));
    log.warn('rules have not spoken for 90 days', { rules: rules.map(({ code }) => code) });
    const title = `${rules.length} rules have not spoken for 90 days: dialwarden doctor tries each of them`;
    const why = 'what they protect against has not happened, or something keeps them silent';
    await ledger.report({ key: silenceKey('rules'), severity: 'info', title, why, at, calls: 0, lines });
    told.set(at);
  }

  return async () => {
    try {
      const at = now();
      for (const site of sites()) await learned(site, at);
      await spoken(at);
    } catch (error) {
      log.error('silence cannot be looked for', { error: (error as Error).message });
    }
  };
}

/** How often new calls are looked at. */
const LOOK_MS = 10_000;

/** Looks now and every `ms` milliseconds. Returns what stops it and settles once the last look is over. */
function repeatedly(look: () => Promise<void>, ms: number): () => Promise<void> {
  let running = look();
  const timer = setInterval(() => {
    running = look();
  }, ms);
  return () => {
    clearInterval(timer);
    return running;
  };
}

/** Looks for calls past the guard every ten seconds, and for what is not known or said once an hour. Returns what stops it. */
export function startSilenceWatch(calls: () => Promise<void>, rules: () => Promise<void>): () => Promise<void> {
  const stops = [repeatedly(calls, LOOK_MS), repeatedly(rules, HOUR)];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
