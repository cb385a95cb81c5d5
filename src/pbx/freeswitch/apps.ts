/** Dialplan applications, as `sendmsg` executes them. Arguments are made of our own words: nothing in them expands. */
export interface App {
  app: string;
  arg: string;
}

/** Milliseconds after which the peer counts as gone: an answer, and a prompt, of which none lasts longer. */
export const ANSWER_MS = 10_000;
export const PLAY_MS = 60_000;

/** The channel variable that gets the keys pressed. */
export const KEY = 'dw_key';

/** Line breaks would be a second command, `$` a variable's value, `;` a second variable. */
const clean = (text: string): string => text.replace(/[^\w+*#.,:/@!=\-[\] ]/g, '');

const app = (name: string, arg = ''): App => ({ app: name, arg: clean(arg) });

/** Sets a channel variable; an empty value unsets it. */
export const set = (name: string, value: string): App => app('set', `${name}=${value}`);
/** The same for several, in one application. */
export const setAll = (values: Record<string, string>): App => ({
  app: 'multiset',
  arg: `^^;${Object.entries(values)
    .map(([name, value]) => clean(`${name}=${value}`))
    .join(';')}`,
});
/** The name of a variable that every leg which this channel originates gets, and not the channel itself. */
export const onLegs = (name: string): string => `nolocal:${name}`;
export const exported = (name: string, value: string): App => app('export', `${onLegs(name)}=${value}`);
/** Q.850 cause 21: SIP 603 Decline. */
export const reject = (): App => app('hangup', 'CALL_REJECTED');
export const answer = (): App => app('answer');
/** Opens early media: the caller hears prompts and the call stays unanswered. */
export const preAnswer = (): App => app('pre_answer');
export const playback = (files: string[]): App => app('playback', fileString(files));

/**
 * Plays files and collects `count` keys into KEY, waiting `ms` milliseconds for each after the
 * last file. The first key stops the files.
 */
export const playAndGetDigits = (files: string[], count: number, ms: number): App =>
  app(
    'play_and_get_digits',
    `${count} ${count} 1 ${ms} none ${fileString(files)} silence_stream://1 ${KEY} [0-9*#]+ ${ms}`,
  );

/** Plays files and collects up to `most` keys before `#` into KEY, waiting `ms` milliseconds for each. */
export const playAndGetLine = (files: string[], most: number, ms: number): App =>
  app('play_and_get_digits', `1 ${most} 1 ${ms} # ${fileString(files)} silence_stream://1 ${KEY} [0-9*]+ ${ms}`);

const fileString = (files: string[]): string => (files.length === 1 ? files[0]! : `file_string://${files.join('!')}`);
