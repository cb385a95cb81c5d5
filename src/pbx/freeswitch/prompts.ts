import type { Outcome, Question } from '../../guard/outcome.ts';

/**
 * What a caller hears, as names of sound files below FreeSWITCH's `sound_prefix`. All are in its own sound packages, so
 * nothing has to be installed that vanilla and FusionPBX do not have.
 */
const MAX_SPOKEN = 15;

const digits = (text: string): string[] => [...text].map((digit) => `digits/${digit}.wav`);

/** Where the call goes, as far as digits can say it: the country code; inside the country what was dialled. */
function destination({ attempt, countryCode }: Question): string {
  const abroad = attempt.destination.kind === 'international' && countryCode !== '';
  return (abroad ? countryCode : attempt.dialled.replace(/\D/g, '')).slice(0, MAX_SPOKEN);
}

/** "Number 2 5 2; if this is correct, press": what comes before the digits to press. */
export const warningPrompt = (question: Question): string[] => [
  'silence_stream://400',
  'ivr/ivr-number.wav',
  ...digits(destination(question)),
  'ivr/ivr-if_correct_press.wav',
];

export const codePrompt = (code: string): string[] => digits(code);

/** "I'm sorry; your call cannot be completed as dialed; regarding reference number 4 2." The number is the incident's. */
export const blockPrompt = ({ incident }: Outcome): string[] => [
  'ivr/ivr-im_sorry.wav',
  'ivr/ivr-call_cannot_be_completed_as_dialed.wav',
  ...(incident === null ? [] : ['ivr/ivr-regarding_reference_number.wav', ...digits(String(incident))]),
];
