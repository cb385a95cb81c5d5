import { agiSession, type Script } from '../../support/agi/client.ts';
import type { GuardProcess } from '../../support/guard.ts';
import { sleep } from '../../support/until.ts';

/** What the PBX heard about one call; `verdict` null: nothing. */
export interface Heard {
  uniqueid: string;
  ext: string;
  digits: string;
  verdict: 'allow' | 'block' | 'unavailable' | null;
  reason: string;
  incident: string;
  /** The guard closed the session of its end, or the call never had one. */
  ended: boolean;
  ms: number;
}

/** The key every warning of these tests asks for, in ASCII. */
const KEY = '53';

const reply: Script = (command) => (/^WAIT FOR DIGIT (?!400$)/.test(command) ? `200 result=${KEY}` : undefined);

const said = (commands: string[], name: string): string =>
  commands
    .map((line) => line.match(new RegExp(`^SET VARIABLE ${name} "(.*)"$`))?.[1])
    .findLast((v) => v !== undefined) ?? '';

let calls = 0;

/** Asks about one call as Asterisk would; a caller who is warned presses 5 when he is asked to. Never rejects. */
export async function ask(guard: Pick<GuardProcess, 'agiPort'>, ext: string, digits: string): Promise<Heard> {
  const uniqueid = `${process.pid}.${++calls}`;
  const channel = `PJSIP/${ext}-${calls.toString(16).padStart(8, '0')}`;
  const began = performance.now();
  const args = [digits, `ext=${ext}`, `dialled=${digits}`, 'addr=127.0.0.1:5060', 'xfer='];
  const lines = await agiSession(guard.agiPort, 'check', args, { channel, uniqueid, reply }).catch(() => []);
  const verdict = said(lines, 'DW_VERDICT') || null;
  return {
    uniqueid,
    ext,
    digits,
    verdict: verdict as Heard['verdict'],
    reason: said(lines, 'DW_REASON'),
    incident: said(lines, 'DW_INCIDENT'),
    ended: false,
    ms: performance.now() - began,
  };
}

/** Tells the end of an allowed call. Never rejects. */
export async function hangUp(guard: Pick<GuardProcess, 'agiPort'>, call: Heard, seconds: number): Promise<void> {
  const args = [`call=${call.uniqueid}`, `billsec=${seconds}`, 'disposition=ANSWERED', 'trunk=gone'];
  await agiSession(guard.agiPort, 'end', args, { uniqueid: call.uniqueid }).catch(() => undefined);
  call.ended = true;
}

export interface Load {
  heard: Heard[];
  /** No further calls; settles when the last one has been answered or cut off. */
  stop(): Promise<void>;
}

/** Callers of `perSecond` calls in all, whom the guard's slowness does not slow down. `next` says who dials what. */
export function startLoad(perSecond: number, one: (n: number) => Promise<Heard>): Load {
  const heard: Heard[] = [];
  const open = new Set<Promise<void>>();
  const began = performance.now();
  let asked = 0;
  const timer = setInterval(() => {
    while (asked < ((performance.now() - began) / 1000) * perSecond) {
      const call: Promise<void> = one(asked++).then((h) => {
        heard.push(h);
        open.delete(call);
      });
      open.add(call);
    }
  }, 5);
  return {
    heard,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      await sleep(0);
    },
  };
}
