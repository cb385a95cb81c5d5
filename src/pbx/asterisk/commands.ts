/** AGI command lines, each without its line feed. Values are hostile: they cannot leave their quotes. */

export const ANY_KEY = '0123456789*#';

/** A quoted AGI argument: `"` and `\` escaped, CR, LF and NUL (which end a command) gone. */
export const quote = (value: string): string =>
  `"${value.replace(/[\r\n\0]/g, '').replace(/["\\]/g, (c) => `\\${c}`)}"`;

export const setVariable = (name: string, value: string): string => `SET VARIABLE ${name} ${quote(value)}`;
/** Evaluates a dialplan expression; `result=1 (value)`. */
export const evaluate = (expression: string): string => `GET FULL VARIABLE ${quote(expression)}`;
export const answer = (): string => 'ANSWER';
/** Opens early media: the caller hears prompts and the call stays unanswered. */
export const progress = (): string => 'EXEC Progress';
export const streamFile = (name: string): string => `STREAM FILE ${quote(name)} ${quote(ANY_KEY)}`;
/** Plays a file and then waits `ms` milliseconds for a key; a file that is not there answers at once as if none had come. */
export const getOption = (name: string, ms: number): string => `GET OPTION ${quote(name)} ${quote(ANY_KEY)} ${ms}`;
export const sayDigits = (digits: string): string => `SAY DIGITS ${quote(digits)} ${quote(ANY_KEY)}`;
export const sayNumber = (number: number): string => `SAY NUMBER ${number} ${quote(ANY_KEY)}`;
export const waitForDigit = (ms: number): string => `WAIT FOR DIGIT ${ms}`;
export const channelStatus = (): string => 'CHANNEL STATUS';
