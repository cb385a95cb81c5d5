import type { FeatureCode } from '../../guard/feature-code.ts';
import type { Log } from '../../guard/log.ts';
import { NotUnblocked, PUT_RIGHT } from '../../guard/unblock.ts';
import { namedArguments } from './arguments.ts';
import { endpointOf } from './channel.ts';
import { answer, setVariable } from './commands.ts';
import type { Environment } from './environment.ts';
import { nextKey, play } from './player.ts';
import type { Step } from './prompts.ts';
import type { Session } from './session.ts';

const THINK_MS = 10_000;
const ANSWER_MS = 10_000;
const MAX_KEYS = 20;

/** "Please enter your password followed by the pound key", and the like; all come with Asterisk's core sounds. */
const ASK_PIN: Step[] = [{ play: 'agent-pass' }];
const ASK_EXTENSION: Step[] = [
  { play: 'auth-thankyou' },
  { play: 'extension' },
  { play: 'astcc-followed-by-the-pound-key' },
];
/** After it: 1 password, 2 firewall, 3 device, then the pound key. */
const ASK_DONE: Step[] = [{ play: 'beep' }];
const LIFTED: Step[] = [{ play: 'num-was-successfully' }, { play: 'removed' }];
const REFUSED: Step[] = [{ play: 'im-sorry' }, { play: 'vm-goodbye' }];

type Result = 'unblocked' | 'not_listed' | 'closed' | 'wrong_pin' | 'no_block' | 'nothing_put_right';

/**
 * Serves `agi://HOST/unblock`, which a listed extension dials: a PIN, the extension to unblock, what was put right, each
 * ended by `#`. DW_UNBLOCK tells the dialplan how it ended. Rejects with BadRequest, or SessionOver on hangup.
 */
export async function unblockByPhone(
  session: Session,
  { headers, args }: Environment,
  code: FeatureCode | null,
  log: Log,
): Promise<void> {
  namedArguments(args, ['key']);
  const endpoint = endpointOf(headers.get('agi_channel') ?? '');
  const result = endpoint === null || !code?.listed(endpoint) ? 'not_listed' : await talk(session, code, endpoint);
  log.warn('unblock by phone', { endpoint, result });
  await session.finish([setVariable('DW_UNBLOCK', result)]);
}

async function talk(session: Session, code: FeatureCode, endpoint: string): Promise<Result> {
  await session.command(answer(), ANSWER_MS);
  const result = await lift(session, code, endpoint);
  for (const step of result === 'unblocked' ? LIFTED : REFUSED) await play(session, step);
  return result;
}

async function lift(session: Session, code: FeatureCode, endpoint: string): Promise<Result> {
  const pin = code.tryPin(endpoint, await entered(session, ASK_PIN));
  if (pin !== 'right') return pin === 'wrong' ? 'wrong_pin' : 'closed';
  const ext = await entered(session, ASK_EXTENSION);
  const keys = await entered(session, ASK_DONE);
  const done = PUT_RIGHT.filter((_, i) => keys.includes(String(i + 1)));
  try {
    code.unblock(ext, done, `extension ${endpoint}`);
    return 'unblocked';
  } catch (error) {
    if (error instanceof NotUnblocked) return error.why;
    throw error;
  }
}

/** What is keyed in after a prompt, which the first key ends, up to `#` or silence. */
async function entered(session: Session, prompt: Step[]): Promise<string> {
  let key: string | null = null;
  for (const step of prompt) if (key === null) key = await play(session, step);
  key ??= await nextKey(session, THINK_MS);
  let keys = '';
  while (key !== null && key !== '#' && keys.length < MAX_KEYS) {
    keys += key;
    key = await nextKey(session, THINK_MS);
  }
  return keys;
}
