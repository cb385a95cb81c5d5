import type { Question } from './outcome.ts';
import type { Answer } from './ports.ts';

/**
 * What a caller hears, as data that any PBX can play. `file` is the name of a voice file without its ending, below the
 * folder of a language (`dialplan/sounds/en`). `code` is what has to be pressed, spoken at that place with the files of
 * its digits: keys count from the last of them on.
 */
export type Step = { file: string } | { code: string };

/** The voice files at hand: name -> absolute path with its ending. */
export type Sounds = ReadonlyMap<string, string>;

/** The sentences and parts of sentences; what each of them says stands in `dialplan/sounds/en.json`. */
export const SAY = [
  'you-have-dialled',
  'country-code',
  'plus',
  'number',
  'if-you-meant',
  'dial-again',
  'to-go-on',
  'wrong-key',
  'not-made',
  'stopped',
  'incident',
  'enter-pin',
  'enter-extension',
  'put-right',
  'unblocked',
  'not-unblocked',
] as const;
/** What is to be said of a number beside its country. */
export const KINDS = ['premium', 'satellite', 'invalid'] as const;

/** Longer than any number (E.164: 15 digits). */
const MAX_SPOKEN = 15;

const say = (name: (typeof SAY)[number]): Step => ({ file: `say/${name}` });
const kind = (name: (typeof KINDS)[number]): Step => ({ file: `kind/${name}` });
const country = (region: string): Step => ({ file: `region/${region}` });

/** The voice files of a row of digits. Anything else in `text` is passed over. */
export const digitFiles = (text: string): string[] =>
  [...text.replace(/\D/g, '')].slice(0, MAX_SPOKEN).map((digit) => `digits/${digit}`);

const digits = (text: string): Step[] => digitFiles(text).map((file) => ({ file }));

/**
 * "You have dialled Somalia, country code 2 5 2. If you meant a number in the United Kingdom, hang up and dial again. To
 * go on, press 7."
 */
export function warningSpeech(question: Question): Step[] {
  const { digits: code } = question;
  return [say('you-have-dialled'), ...destination(question), ...slip(question), say('to-go-on'), { code }];
}

function destination({ attempt, region, countryCode }: Question): Step[] {
  const d = attempt.destination;
  const abroad = d.kind === 'international' && countryCode !== '';
  if (abroad && d.lineType === 'satellite') return [kind('satellite'), say('plus'), ...digits(countryCode)];
  if (abroad && region === '001') return [country(region), say('plus'), ...digits(countryCode), ...particulars(d)];
  if (abroad) return [country(region), say('country-code'), ...digits(countryCode), ...particulars(d)];
  const nowhere = d.kind === 'international' ? [country('ZZ')] : [];
  return [...nowhere, say('number'), ...digits(attempt.dialled), ...particulars(d)];
}

function particulars(d: Question['attempt']['destination']): Step[] {
  if ('lineType' in d && d.lineType === 'premium') return [kind('premium')];
  if (d.kind === 'service' && d.cost === 'premium') return [kind('premium')];
  return 'valid' in d && !d.valid ? [kind('invalid')] : [];
}

/** What was probably meant is said where it lies in another country than what was dialled. */
const slip = ({ meant, region }: Question): Step[] =>
  meant === null || meant === region ? [] : [say('if-you-meant'), country(meant), say('dial-again')];

/** After an answer that was not the right one. `again`: the question is asked once more; else the call ends here. */
export function refusalSpeech(answer: Answer, again: boolean): Step[] {
  const wrong = answer === 'wrong' || answer === 'early';
  return [...(wrong ? [say('wrong-key')] : []), ...(again ? [] : [say('not-made')])];
}

/** "The telephone guard has stopped this call. The incident number is 4 2." */
export const blockSpeech = (incident: number | null): Step[] => [
  say('stopped'),
  ...(incident === null ? [] : [say('incident'), ...digits(String(incident))]),
];

/** What the feature code that lifts a block asks for, each to be ended by the pound key. */
export type CodePrompt = 'enter-pin' | 'enter-extension' | 'put-right';
export const codeSpeech = (prompt: CodePrompt | 'unblocked' | 'not-unblocked'): Step[] => [say(prompt)];

/** Every file that can be asked for. `regions` are the ISO codes of the countries that numbers belong to. */
export const speechFiles = (regions: readonly string[]): string[] => [
  ...digitFiles('0123456789'),
  ...SAY.map((name) => `say/${name}`),
  ...KINDS.map((name) => `kind/${name}`),
  ...['001', 'ZZ', ...regions].map((region) => `region/${region}`),
];
