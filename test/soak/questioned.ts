import type { Asterisk } from '../support/asterisk/asterisk.ts';
import { agent } from '../support/sip/agent.ts';
import type { Call } from '../support/sip/call.ts';
import { sleep } from '../support/until.ts';
import { type Group, phoneOf } from './traffic.ts';

/** Between two callers who are asked. */
const EVERY_MS = 1_500;
const TALK_MS = 2_000;
const TURNS = ['right', 'wrong', 'info', 'leaves'] as const satisfies Group[];

/** `[warning] digit` of the soak, and another key. */
export const DIGIT = '5';
const OTHER = '8';

/** A number in Ireland that nobody has called: every call has a block of its own. */
const abroad = (n: number): string => `003531${String(2_000_000 + n * 100).padStart(7, '0')}`;

async function answer(call: Call, group: (typeof TURNS)[number]): Promise<void> {
  await call.final(20_000);
  if (group === 'leaves') {
    await sleep(1_000);
    return call.bye();
  }
  await call.spoken(700);
  if (group === 'info') call.info(DIGIT);
  else await call.media.press(group === 'right' ? DIGIT : OTHER);
  await sleep(TALK_MS);
  if (group !== 'wrong') return call.bye();
  await call.ended(60_000);
}

/** Phones that dial what is new and are asked: two press the right key, one the wrong ones, one hangs up, in turn, until told to stop. */
export function startQuestioned(pbx: Asterisk): { stop(): Promise<void>; made(): number; failed(): string[] } {
  const underWay = new Set<Promise<void>>();
  const failed: string[] = [];
  let n = 0;
  const one = async () => {
    const group = TURNS[n % TURNS.length]!;
    const ext = phoneOf(group, Math.floor(n / TURNS.length));
    const digits = abroad(n++);
    const phone = await agent({ user: ext, password: `pw${ext}`, server: pbx.sipPort });
    try {
      await answer(await phone.invite(digits), group);
    } catch (error) {
      failed.push(`${group} ${ext}: ${(error as Error).message}`);
    } finally {
      await phone.close();
    }
  };
  const timer = setInterval(() => {
    const call = one().finally(() => underWay.delete(call));
    underWay.add(call);
  }, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
    },
    made: () => n,
    failed: () => failed,
  };
}
