import type { Log } from './log.ts';
import type { Ledger } from './ports.ts';

/** A call that the PBX's records say went out. */
export interface OutboundRecord {
  /** null where the records hold none. */
  uniqueid: string | null;
  ext: string;
  dialled: string;
  /** E.164 where the digits tell one, else the digits. */
  target: string;
  answered: boolean;
}

export interface SilenceParts {
  /** Outbound calls that the PBX has recorded since the last time. */
  recorded: () => Promise<OutboundRecord[]>;
  /** Whether the guard was asked about a call, lately. */
  asked: (call: OutboundRecord, now: number) => boolean;
  ledger: Pick<Ledger, 'report'>;
  now: () => number;
  log: Log;
}

const EVERY_MS = 60_000;
const HOUR = 3_600_000;
/** One call can be a row read wrongly; so many within an hour are a dialplan that does not ask. */
const ENOUGH = 3;
const BYPASSED = {
  severity: 'critical',
  title: 'Calls go out that the guard was never asked about',
  why: 'the PBX has recorded calls without a verdict: a path of the dialplan dials the trunk without asking',
} as const;

/** Finds, in one look, calls that went out past the guard, and tells when they are too many. */
export function silenceWatch({ recorded, asked, ledger, now, log }: SilenceParts): () => Promise<void> {
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
        text: `extension ${ext} dialled ${dialled.slice(0, 64)}`,
      }));
      past = [...past.filter((line) => line.at > at - HOUR), ...lines];
      if (past.length < ENOUGH) return;
      log.error('calls past the guard', { calls: past.length, last: past.at(-1)!.text });
      await ledger.report({ ...BYPASSED, at, calls: past.length, lines: past });
      past = [];
    } catch (error) {
      if (!unreadable) log.warn('call records cannot be read', { error: (error as Error).message });
      unreadable = true;
    }
  };
}

/** Looks once a minute. Returns what stops it. */
export function startSilenceWatch(parts: SilenceParts): () => void {
  const look = silenceWatch(parts);
  void look();
  const timer = setInterval(() => void look(), EVERY_MS);
  return () => clearInterval(timer);
}
