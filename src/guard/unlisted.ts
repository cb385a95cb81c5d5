import type { Attempt } from '../core/attempt.ts';
import { TAIL } from '../core/rules/probing.ts';
import type { Decision } from '../core/verdict.ts';
import { BLOCKS, tokenBuckets } from './flood.ts';
import type { Log } from './log.ts';
import type { Outcome } from './outcome.ts';
import { blocked } from './outcomes.ts';
import type { Decide, Ledger } from './ports.ts';
import { recent } from './recent.ts';

const MINUTE = 60_000;
const REMEMBERED = 10_000;
/** Of so many calls to the same digits, each behind another prefix, all are put on record: more than prove that somebody probes. */
const PREFIXES = 8;

/** Blocked calls of one caller that only their number is told of, by reason. */
interface Count {
  site: string;
  ext: string;
  reasons: Map<string, number>;
  /** When an incident was last told; null for never. */
  told: number | null;
}

interface Unlisted {
  outcome: Outcome;
  decision: Decision;
}

/**
 * Keeps the blocked calls of a caller who floods the guard out of the ledger, which would grow by gigabytes a day: an incident
 * is told their number once a minute. Whether a call is blocked is judged all the same, so that none is lost that may go out.
 */
export function unlistedCalls(ledger: Pick<Ledger, 'preview' | 'report'>, log: Log) {
  const blocks = tokenBuckets(BLOCKS);
  const floodingUntil = recent<number>(REMEMBERED);
  const counts = new Map<string, Count>();
  const tails = recent<{ dialled: string; others: number }>(REMEMBERED);

  /** Blocks a call without putting it on record. */
  function block(caller: string, attempt: Attempt, reason: string): Outcome {
    const { site, ext } = attempt;
    const counted = counts.get(caller) ?? { site, ext: ext ?? '', reasons: new Map(), told: null };
    counted.reasons.set(reason, (counted.reasons.get(reason) ?? 0) + 1);
    counts.set(caller, counted);
    return blocked(attempt, reason);
  }

  /** A call was blocked and is on record. */
  function listed(caller: string, { at }: Attempt, reason: string): void {
    if (!blocks.take(`${caller} ${reason}`, at)) floodingUntil.set(caller, at + MINUTE);
  }

  /** The same digits come behind another prefix than before: what rests on the calls on record has to see that. */
  function probes(caller: string, dialled: string): boolean {
    const key = `${caller} ${dialled.slice(-TAIL)}`;
    const last = tails.get(key) ?? { dialled, others: 0 };
    const others = last.others + Number(last.dialled !== dialled);
    tails.set(key, { dialled, others });
    return others > last.others && others <= PREFIXES;
  }

  /** The verdict on a call that is blocked once too often to be put on record; null where the ledger is to be asked. */
  async function judge(caller: string, attempt: Attempt, decide: Decide): Promise<Unlisted | null> {
    const { at } = attempt;
    if ((floodingUntil.get(caller) ?? 0) <= at) return null;
    // A store that fails fails again when it is asked to record the call.
    const decision = await ledger.preview(attempt, decide).catch(() => null);
    const reason = decision?.verdict.reasons[0]?.code ?? '';
    if (decision?.verdict.action !== 'block' || !blocks.isEmpty(`${caller} ${reason}`, at)) return null;
    if (probes(caller, attempt.dialled)) return null;
    floodingUntil.set(caller, at + MINUTE);
    return { outcome: block(caller, attempt, reason), decision };
  }

  async function tellOf(caller: string, counted: Count, now: number): Promise<void> {
    const { site, ext, reasons } = counted;
    const calls = [...reasons.values()].reduce((a, b) => a + b, 0);
    const text = `${calls} calls: ${[...reasons].map(([reason, times]) => `${times} ${reason}`).join(', ')}`;
    counts.set(caller, { site, ext, reasons: new Map(), told: now });
    try {
      await ledger.report({
        kind: 'flood',
        key: caller,
        severity: 'warning',
        site,
        ext,
        title: `Extension ${ext || '(none)'} floods the guard: its blocked calls are counted, not listed`,
        why: 'more blocked calls than anybody dials',
        at: now,
        calls,
        lines: [{ at: now, text, what: 'counted' }],
      });
    } catch (error) {
      log.error('incident not recorded yet', { caller, calls, error: String((error as Error).message ?? error) });
      for (const [reason, times] of counts.get(caller)?.reasons ?? [])
        reasons.set(reason, (reasons.get(reason) ?? 0) + times);
      counts.set(caller, counted);
    }
  }

  /** Tells of the counted calls, of each caller at once and then once a minute. To be called every few seconds. */
  async function tell(now: number): Promise<void> {
    for (const [caller, counted] of counts) {
      if (counted.told !== null && now < counted.told + MINUTE) continue;
      if (counted.reasons.size === 0) counts.delete(caller);
      else await tellOf(caller, counted, now);
    }
  }

  return { block, judge, listed, tell };
}
