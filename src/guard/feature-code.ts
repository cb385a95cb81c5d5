import type { CodePrompt } from './speech.ts';
import { NotUnblocked, PUT_RIGHT } from './unblock.ts';

/** Lifting a block from a telephone: a code that listed extensions may dial, and a PIN. */
export interface FeatureCode {
  /** Whether this authenticated endpoint may dial it. */
  listed(endpoint: string): boolean;
  /** `closed`: too many wrong ones; then no PIN is right. */
  tryPin(endpoint: string, pin: string): 'right' | 'wrong' | 'closed';
  /** Lifts every block on an extension. Throws NotUnblocked. */
  unblock(ext: string, done: string[], by: string): void;
}

/** How dialling the code ended. */
export type CodeResult = 'unblocked' | 'not_listed' | 'closed' | 'wrong_pin' | 'no_block' | 'nothing_put_right';

/** A telephone with somebody on the line. */
export interface Keypad {
  open(): Promise<void>;
  /** Asks for keys and returns those before the pound key or silence. */
  ask(prompt: CodePrompt): Promise<string>;
  say(what: 'unblocked' | 'not-unblocked'): Promise<void>;
}

/** More keys than any PIN or extension has. */
export const MAX_KEYS = 20;

/** Asks for the PIN, the extension and what was put right, and lifts its blocks. Rejects with what the telephone rejects. */
export async function unblockByKeys(
  code: FeatureCode | null,
  endpoint: string | null,
  keypad: Keypad,
): Promise<CodeResult> {
  if (endpoint === null || !code?.listed(endpoint)) return 'not_listed';
  await keypad.open();
  const result = await lift(code, endpoint, keypad);
  await keypad.say(result === 'unblocked' ? 'unblocked' : 'not-unblocked');
  return result;
}

async function lift(code: FeatureCode, endpoint: string, keypad: Keypad): Promise<CodeResult> {
  const pin = code.tryPin(endpoint, await keypad.ask('enter-pin'));
  if (pin !== 'right') return pin === 'wrong' ? 'wrong_pin' : 'closed';
  const ext = await keypad.ask('enter-extension');
  const keys = await keypad.ask('put-right');
  const done = PUT_RIGHT.filter((_, i) => keys.includes(String(i + 1)));
  try {
    code.unblock(ext, done, `extension ${endpoint}`);
    return 'unblocked';
  } catch (error) {
    if (error instanceof NotUnblocked) return error.why;
    throw error;
  }
}
