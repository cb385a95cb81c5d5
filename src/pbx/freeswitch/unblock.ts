import { type FeatureCode, type Keypad, MAX_KEYS, unblockByKeys } from '../../guard/feature-code.ts';
import type { Log } from '../../guard/log.ts';
import type { Sounds } from '../../guard/speech.ts';
import { ANSWER_MS, answer, KEY, PLAY_MS, playAndGetLine, playback, set } from './apps.ts';
import { readChannel } from './channel.ts';
import { keysPressed } from './keys.ts';
import { codePrompt } from './prompts.ts';
import type { Session } from './session.ts';
import type { Message } from './wire.ts';

const THINK_MS = 10_000;
/** The value of the channel's variable `dw_request` that asks for this. */
export const UNBLOCK = 'unblock';

/**
 * Serves a call whose dialplan set `dw_request=unblock`: the feature code, as on Asterisk. `dw_unblock` tells the dialplan
 * how it ended. Rejects with BadRequest, or SessionOver on hangup.
 */
export async function unblockByPhone(
  session: Session,
  data: Message,
  code: FeatureCode | null,
  sounds: Sounds | undefined,
  log: Log,
): Promise<void> {
  const { endpoint } = readChannel(data, Date.now()).payer;
  const result = await unblockByKeys(code, endpoint, keypad(session, sounds));
  log.warn('unblock by phone', { endpoint, result });
  await session.run([set('dw_unblock', result)], { last: true });
}

const keypad = (session: Session, sounds: Sounds | undefined): Keypad => ({
  open: async () => void (await session.run([answer()], { ms: ANSWER_MS })),
  say: async (what) => void (await session.run([playback(codePrompt(what, sounds))], { ms: PLAY_MS })),
  ask: (prompt) => keysPressed(session, [set(KEY, ''), playAndGetLine(codePrompt(prompt, sounds), MAX_KEYS, THINK_MS)]),
});
