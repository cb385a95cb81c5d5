import type { Outcome, Question } from '../../guard/outcome.ts';
import { blockSpeech, digitFiles, type Sounds, type Step as SpeechStep, warningSpeech } from '../../guard/speech.ts';

/**
 * What a caller hears, as Asterisk plays it. `play` names a sound file without its ending: a voice file by its path, or
 * one of Asterisk's core sounds (in English at least), spoken in the language of the channel.
 */
export type Step = { play: string } | { digits: string } | { number: number };

/** `code` is what has to be pressed, spoken at that place. Keys count from the last of its steps on. */
export type WarningStep = Step | { code: Step[] };

const MAX_SPOKEN = 15;

/** A row of voice files; null where one of them is not at hand. */
function voiced(files: string[], sounds: Sounds): Step[] | null {
  const paths = files.flatMap((file) => sounds.get(file) ?? []);
  return paths.length < files.length ? null : paths.map((path) => ({ play: path.replace(/\.\w+$/, '') }));
}

/** Speech as steps for Asterisk; null where a voice file of it is not at hand. */
export function spoken(speech: SpeechStep[], sounds: Sounds = new Map()): WarningStep[] | null {
  const steps = speech.map((step): WarningStep[] | null => {
    if ('file' in step) return voiced([step.file], sounds);
    const code = voiced(digitFiles(step.code), sounds);
    return code && [{ code }];
  });
  return steps.includes(null) ? null : steps.flatMap((step) => step ?? []);
}

/** Where the call goes, as far as digits can say it: the country code; inside the country what was dialled. */
function destination({ attempt, countryCode }: Question): string {
  const abroad = attempt.destination.kind === 'international' && countryCode !== '';
  return (abroad ? countryCode : attempt.dialled.replace(/\D/g, '')).slice(0, MAX_SPOKEN);
}

/** In core sounds: "You entered telephone number 2 5 2; if this is correct, press 7." */
export const coreWarning = (question: Question): WarningStep[] => [
  { play: 'you-entered' },
  { play: 'telephone-number' },
  { digits: destination(question) },
  { play: 'if-correct-press' },
  { code: [{ digits: question.digits.slice(0, -1) }, { digits: question.digits.slice(-1) }] },
];

/** In core sounds: "I'm sorry; your call cannot be completed as dialed; number 42." The number is the incident's. */
export const coreBlock = ({ incident }: Outcome): Step[] => [
  { play: 'im-sorry' },
  { play: 'cannot-complete-as-dialed' },
  ...(incident === null ? [] : [{ play: 'number' }, { number: incident }]),
];

/** In voice files where they are at hand: where the call goes, what may have been meant, and what to press. */
export const warningPrompt = (question: Question, sounds?: Sounds): WarningStep[] =>
  spoken(warningSpeech(question), sounds) ?? coreWarning(question);

/** In voice files where they are at hand: that the guard stopped the call, and the incident's number. */
export const blockPrompt = (outcome: Outcome, sounds?: Sounds): Step[] =>
  sentence(blockSpeech(outcome.incident), sounds) ?? coreBlock(outcome);

/** Speech without a code in it. */
export function sentence(speech: SpeechStep[], sounds?: Sounds): Step[] | null {
  return spoken(speech, sounds)?.flatMap((step) => ('code' in step ? step.code : [step])) ?? null;
}
