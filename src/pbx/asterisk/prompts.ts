import type { Outcome, Question } from '../../guard/outcome.ts';

/**
 * What a caller hears, as data. `play` names a sound file; all that are named here come with Asterisk's core sounds (in
 * English at least) and are spoken in the language of the channel, so nothing has to be installed.
 */
export type Step = { play: string } | { digits: string } | { number: number };

/** `code` is what has to be pressed, spoken at that place. Keys count from the last of its digits on. */
export type WarningStep = Step | { code: string };

const MAX_SPOKEN = 15;

/** Where the call goes, as far as digits can say it: the country code; inside the country what was dialled. */
function destination({ attempt, countryCode }: Question): string {
  const abroad = attempt.destination.kind === 'international' && countryCode !== '';
  return (abroad ? countryCode : attempt.dialled.replace(/\D/g, '')).slice(0, MAX_SPOKEN);
}

/** "You entered telephone number 2 5 2; if this is correct, press 7." */
export const warningPrompt = (question: Question): WarningStep[] => [
  { play: 'you-entered' },
  { play: 'telephone-number' },
  { digits: destination(question) },
  { play: 'if-correct-press' },
  { code: question.digits },
];

/** "I'm sorry; your call cannot be completed as dialed; number 42." The number is the incident's. */
export const blockPrompt = ({ incident }: Outcome): Step[] => [
  { play: 'im-sorry' },
  { play: 'cannot-complete-as-dialed' },
  ...(incident === null ? [] : [{ play: 'number' }, { number: incident }]),
];
