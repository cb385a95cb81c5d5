import { type FeatureCode, type Keypad, MAX_KEYS, unblockByKeys } from '../../guard/feature-code.ts';
import type { Log } from '../../guard/log.ts';
import { type CodePrompt, codeSpeech, type Sounds } from '../../guard/speech.ts';
import { namedArguments } from './arguments.ts';
import { endpointOf } from './channel.ts';
import { answer, setVariable } from './commands.ts';
import type { Environment } from './environment.ts';
import { nextKey, play, SoundMissing } from './player.ts';
import { type Step, sentence } from './prompts.ts';
import type { Session } from './session.ts';

const THINK_MS = 10_000;
const ANSWER_MS = 10_000;

/** In core sounds, where the voice files are not at hand. `put-right`: 1 password, 2 firewall, 3 device. */
const CORE: Record<CodePrompt | 'unblocked' | 'not-unblocked', Step[]> = {
  'enter-pin': [{ play: 'agent-pass' }],
  'enter-extension': [{ play: 'extension' }, { play: 'astcc-followed-by-the-pound-key' }],
  'put-right': [{ play: 'beep' }],
  unblocked: [{ play: 'num-was-successfully' }, { play: 'removed' }],
  'not-unblocked': [{ play: 'im-sorry' }, { play: 'vm-goodbye' }],
};

/**
 * Serves `agi://HOST/unblock`, which a listed extension dials: a PIN, the extension to unblock, what was put right, each
 * ended by `#`. DW_UNBLOCK tells the dialplan how it ended. Rejects with BadRequest, or SessionOver on hangup.
 */
export async function unblockByPhone(
  session: Session,
  { headers, args }: Environment,
  code: FeatureCode | null,
  sounds: Sounds | undefined,
  log: Log,
): Promise<void> {
  namedArguments(args, ['key']);
  const endpoint = endpointOf(headers.get('agi_channel') ?? '');
  const result = await unblockByKeys(code, endpoint, keypad(session, sounds));
  log.warn('unblock by phone', { endpoint, result });
  await session.finish([setVariable('DW_UNBLOCK', result)]);
}

function keypad(session: Session, sounds: Sounds | undefined): Keypad {
  /** Plays until the first key, which it answers. */
  async function heard(steps: Step[]): Promise<string | null> {
    for (const step of steps) {
      const key = await play(session, step);
      if (key !== null) return key;
    }
    return null;
  }

  async function speak(what: keyof typeof CORE): Promise<string | null> {
    try {
      return await heard(sentence(codeSpeech(what), sounds) ?? CORE[what]);
    } catch (error) {
      if (!(error instanceof SoundMissing)) throw error;
      return heard(CORE[what]);
    }
  }

  return {
    open: async () => void (await session.command(answer(), ANSWER_MS)),
    say: async (what) => void (await speak(what)),
    async ask(prompt) {
      let key = (await speak(prompt)) ?? (await nextKey(session, THINK_MS));
      let keys = '';
      while (key !== null && key !== '#' && keys.length < MAX_KEYS) {
        keys += key;
        key = await nextKey(session, THINK_MS);
      }
      return keys;
    },
  };
}
