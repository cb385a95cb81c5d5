import type { Log } from './log.ts';
import type { Ledger, Report } from './ports.ts';

const FALLBACK = {
  severity: 'warning',
  title: 'The guard gave no verdict: the dialplan’s fallback list decided',
  why: 'the guard was away, or could not use its ledger in time',
} as const;
const SWITCHED_OFF = { severity: 'critical', title: 'The guard is switched off in the dialplan (DW_OFF=1)' } as const;

/** Calls without a verdict, kept in memory until they are on record; of more only their number. */
const KEPT = 1_000;
/** Characters of what was dialled that are shown. */
const SHOWN = 64;

/** What the dialplan tells of a call that it did not get a verdict for. */
export interface Bypass {
  state: 'off' | 'unavailable';
  verdict: 'allow' | 'block';
  digits: string;
  uniqueid: string;
}

export interface Undecided {
  /** The store could not be asked about this call. */
  leave(uniqueid: string, text: string): void;
  /** The dialplan let a call by, or refused it, without a verdict: switched off, or its fallback decided. */
  bypassed(bypass: Bypass): void;
  /** Puts on record what is not yet. */
  admit(): Promise<void>;
}

/** Keeps calls without a verdict until they stand in an incident. `onUnwritten` hears how many the store still cannot take. */
export function undecidedCalls(
  ledger: Pick<Ledger, 'report'>,
  now: () => number,
  log: Log,
  onUnwritten: (calls: number) => void = () => {},
): Undecided {
  const kept = new Map<string, { at: number; text: string }>();
  let more = 0;

  function leave(uniqueid: string, text: string): void {
    if (kept.has(uniqueid)) return;
    if (kept.size < KEPT) kept.set(uniqueid, { at: now(), text });
    else more++;
  }

  async function report(news: Report): Promise<boolean> {
    try {
      await ledger.report(news);
      return true;
    } catch (error) {
      log.error('incident not recorded yet', { title: news.title, error: String((error as Error).message ?? error) });
      return false;
    }
  }

  function bypassed({ state, verdict, digits, uniqueid }: Bypass): void {
    const dialled = digits.slice(0, SHOWN);
    log.warn('a call went by without a verdict', { state, verdict, dialled, uniqueid });
    if (state === 'unavailable') leave(uniqueid, `${verdict}: ${dialled}`);
    else void report({ ...SWITCHED_OFF, why: `${verdict}: ${dialled}`, at: now(), calls: 1 });
  }

  async function admit(): Promise<void> {
    if (kept.size === 0) return;
    const told = [...kept.keys()];
    const [lines, beyond] = [[...kept.values()], more];
    if (!(await report({ ...FALLBACK, at: now(), calls: told.length + beyond, lines }))) {
      onUnwritten(told.length + beyond);
      return;
    }
    for (const id of told) kept.delete(id);
    more -= beyond;
  }

  return { leave, bypassed, admit };
}
