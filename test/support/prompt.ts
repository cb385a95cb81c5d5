import type { Asterisk } from './asterisk/asterisk.ts';
import type { Call } from './sip/call.ts';
import { sleep } from './until.ts';

const read = new Map<string, number>();

/** Waits until the guard's warning speaks the digit 5 (`[warning] digit = "5"`) to that extension once more. */
export async function warned(pbx: Asterisk, ext: string): Promise<void> {
  const key = `${pbx.dir} ${ext}`;
  const from = read.get(key) ?? 0;
  // The command that speaks it and waits for a key names the call in Asterisk's log, but not the channel.
  const began = `\\[(C-\\w+)\\][^\\n]*<PJSIP/${ext}-[^>]*> Playing [^\\n]*\\n`;
  const line = new RegExp(`${began}(?:[^\\n]*\\n)*?[^\\n]*\\[\\1\\][^\\n]* Playing '[^']*digits/5'`);
  const match = await pbx.logged(line, 20_000, from);
  read.set(key, from + match.index! + match[0].length);
}

/** Hears the warning, thinks for half a second and presses a key, as RFC 4733 event or SIP INFO. */
export async function press(
  pbx: Asterisk,
  call: Call,
  ext: string,
  digit: string,
  how: 'rtp' | 'info' = 'rtp',
): Promise<void> {
  await warned(pbx, ext);
  await sleep(700);
  if (how === 'rtp') await call.media.press(digit);
  else call.info(digit);
}
