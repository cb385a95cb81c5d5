import type { Log } from './log.ts';
import type { LiveCalls } from './port-live.ts';

/** Blocks are made by other processes too; with this, and the PBX's answer, a call ends within a second. */
const EVERY_MS = 250;

/** A call that goes on although a block that came after it stops its kind. */
export interface Doomed {
  call: number;
  pbx: string;
  uniqueid: string;
  block: number;
}

/** What the store knows of calls and blocks. Every method throws when the store fails. */
export interface Blocked {
  /** Calls that hold a lease and are stopped by a block in force; cheap while no block is new. */
  doomed(now: number): Doomed[];
  /** Notes in the incident of the block, or else of the call, or else in a new one, that it was ended. */
  ended(call: Doomed, now: number): void;
}

/** Ends running calls that a new block stops. Returns what stops it. */
export function startCutting(blocked: Blocked, pbxs: readonly LiveCalls[], now: () => number, log: Log): () => void {
  /** Calls that a PBX was told to end, so that it is told once. */
  const told = new Set<number>();
  let running = false;

  async function cut(call: Doomed): Promise<void> {
    const pbx = pbxs.find((p) => p.pbx === call.pbx);
    const said = { pbx: call.pbx, uniqueid: call.uniqueid, block: call.block };
    told.add(call.call);
    if (!pbx) return log.warn('a blocked call goes on: the PBX is not configured', said);
    try {
      const channels = await pbx.hangup(call.uniqueid);
      if (channels === 0) return;
      log.warn('blocked call ended', said);
      blocked.ended(call, now());
    } catch (error) {
      told.delete(call.call);
      log.error('a blocked call goes on', { ...said, error: (error as Error).message });
    }
  }

  async function round(): Promise<void> {
    if (running) return;
    running = true;
    try {
      const doomed = blocked.doomed(now());
      for (const call of told) if (!doomed.some((d) => d.call === call)) told.delete(call);
      await Promise.all(doomed.filter(({ call }) => !told.has(call)).map(cut));
    } catch (error) {
      log.error('blocks cannot be read', { error: (error as Error).message });
    } finally {
      running = false;
    }
  }

  const timer = setInterval(() => void round(), EVERY_MS);
  return () => clearInterval(timer);
}
