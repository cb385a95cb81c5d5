import type { Micros } from '../core/money.ts';
import type { Replayed } from './driver.ts';
import { plus } from './lessons.ts';

/** What a policy did to some of the calls. Money is in micro-units, by the guard's own prices. */
export interface Tally {
  calls: number;
  warned: number;
  blocked: number;
  /** Ended by their cap. */
  cut: number;
  /** What the calls cost as they happened. */
  cost: Micros;
  /** What of it would not have been spent: blocked, warned and not confirmed, or cut. */
  stopped: Micros;
}

export interface Summary {
  from: number;
  to: number;
  all: Tally;
  byExtension: Map<string, Tally>;
  /** By ISO region, or by kind where a destination has none. */
  byDestination: Map<string, Tally>;
  /** Calls by the reason that decided, of those warned and blocked. */
  byReason: Map<string, number>;
  /** Calls of which a second policy thinks otherwise. */
  differs: { one: Replayed; other: Replayed }[];
}

const empty = (): Tally => ({ calls: 0, warned: 0, blocked: 0, cut: 0, cost: 0, stopped: 0 });

export const emptySummary = (): Summary => ({
  from: Number.POSITIVE_INFINITY,
  to: Number.NEGATIVE_INFINITY,
  all: empty(),
  byExtension: new Map(),
  byDestination: new Map(),
  byReason: new Map(),
  differs: [],
});

function count(tally: Tally, { verdict, cut, cost, spent }: Replayed): void {
  tally.calls++;
  if (verdict === 'warn') tally.warned++;
  if (verdict === 'block') tally.blocked++;
  if (cut) tally.cut++;
  tally.cost += cost;
  tally.stopped += cost - spent;
}

function tallyOf(of: Map<string, Tally>, name: string): Tally {
  const tally = of.get(name) ?? empty();
  of.set(name, tally);
  return tally;
}

/** Adds one call to a summary, with what a second policy made of it if there is one. */
export function summarise(summary: Summary, replayed: Replayed, other: Replayed | null = null): void {
  if (other && other.verdict !== replayed.verdict) summary.differs.push({ one: replayed, other });
  const { call, destination, verdict, reasons } = replayed;
  summary.from = Math.min(summary.from, call.at);
  summary.to = Math.max(summary.to, call.at);
  const name = destination && 'region' in destination ? destination.region : (destination?.kind ?? 'emergency');
  for (const tally of [summary.all, tallyOf(summary.byExtension, call.ext), tallyOf(summary.byDestination, name)])
    count(tally, replayed);
  const reason = reasons[0] ?? '';
  if (verdict !== 'allow') plus(summary.byReason, reason, 1);
}

/** The entries that a policy touched: most stopped money first, then most calls. */
export const touched = (of: ReadonlyMap<string, Tally>): [string, Tally][] =>
  [...of]
    .filter(([, t]) => t.warned + t.blocked + t.cut > 0)
    .sort(([, a], [, b]) => b.stopped - a.stopped || b.blocked - a.blocked || b.warned - a.warned);
