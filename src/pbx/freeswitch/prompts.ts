import type { Outcome, Question } from '../../guard/outcome.ts';
import type { Answer } from '../../guard/ports.ts';
import {
  blockSpeech,
  type CodePrompt,
  codeSpeech,
  digitFiles,
  refusalSpeech,
  type Sounds,
  type Step,
  warningSpeech,
} from '../../guard/speech.ts';

/**
 * What a caller hears, as sound files: voice files by their path, or FreeSWITCH's own below its `sound_prefix`, which
 * are in the sound packages of vanilla and FusionPBX.
 */
export interface Warning {
  /** Where the call goes. A key before the end of these is a guess. */
  before: string[];
  /** The digits to press. */
  code: string[];
}

const MAX_SPOKEN = 15;
/** Phones cut the first moments after an answer. */
const SETTLE = 'silence_stream://400';
/** A path with anything else would fall apart among an application's arguments. */
const PLAYABLE = /^[\w./-]+$/;

const own = (text: string): string[] => [...text].map((digit) => `digits/${digit}.wav`);

/** Null where one of the voice files is not at hand. */
function voiced(files: string[], sounds: Sounds = new Map()): string[] | null {
  const paths = files.flatMap((file) => sounds.get(file) ?? []).filter((path) => PLAYABLE.test(path));
  return paths.length < files.length ? null : paths;
}

const filesOf = (speech: Step[]): string[] => speech.flatMap((step) => ('file' in step ? step.file : []));

/** In voice files where they are at hand; else "Number 2 5 2; if this is correct, press 7." */
export function warningPrompt(question: Question, sounds?: Sounds): Warning {
  const before = voiced(filesOf(warningSpeech(question)), sounds);
  const code = voiced(digitFiles(question.digits), sounds);
  if (before && code) return { before: [SETTLE, ...before], code };
  const where = own(destination(question));
  return {
    before: [SETTLE, 'ivr/ivr-number.wav', ...where, 'ivr/ivr-if_correct_press.wav'],
    code: own(question.digits),
  };
}

/** Where the call goes, as far as digits can say it: the country code; inside the country what was dialled. */
function destination({ attempt, countryCode }: Question): string {
  const abroad = attempt.destination.kind === 'international' && countryCode !== '';
  return (abroad ? countryCode : attempt.dialled.replace(/\D/g, '')).slice(0, MAX_SPOKEN);
}

/** In voice files where they are at hand; else "I'm sorry; your call cannot be completed as dialed", and the incident. */
export const blockPrompt = ({ incident }: Outcome, sounds?: Sounds): string[] =>
  voiced(filesOf(blockSpeech(incident)), sounds) ?? [
    'ivr/ivr-im_sorry.wav',
    'ivr/ivr-call_cannot_be_completed_as_dialed.wav',
    ...(incident === null ? [] : ['ivr/ivr-regarding_reference_number.wav', ...own(String(incident))]),
  ];

/** After an answer that was not the right one; nothing without voice files. `again`: the question is asked once more. */
export const refusalPrompt = (heard: Answer, again: boolean, sounds?: Sounds): string[] =>
  voiced(filesOf(refusalSpeech(heard, again)), sounds) ?? [];

const CODE: Record<CodePrompt | 'unblocked' | 'not-unblocked', string> = {
  'enter-pin': 'ivr/ivr-please_enter_pin_followed_by_pound.wav',
  'enter-extension': 'ivr/ivr-please_enter_extension_followed_by_pound.wav',
  'put-right': SETTLE,
  unblocked: 'ivr/ivr-thank_you.wav',
  'not-unblocked': 'ivr/ivr-im_sorry.wav',
};

/** What the feature code says. `put-right` without voice files is silence: 1 password, 2 firewall, 3 device. */
export const codePrompt = (what: keyof typeof CODE, sounds?: Sounds): string[] => [
  SETTLE,
  ...(voiced(filesOf(codeSpeech(what)), sounds) ?? [CODE[what]]),
];
