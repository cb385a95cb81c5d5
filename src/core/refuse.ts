import type { Decision, Finding } from './verdict.ts';

const WORDS: Record<string, string> = {
  wrong: 'The wrong key was pressed',
  early: 'A key was pressed before the digit was spoken',
  silent: 'No key was pressed',
  hangup: 'The caller hung up',
};

/** A warning that was not confirmed: the call is blocked, with what it was asked about as further reasons. */
export function refuse(asked: Decision, answer: string): Decision {
  const guessed = answer === 'wrong' || answer === 'early';
  // Who dialled wrong hangs up: a wrong key is nothing to be put among the misdials.
  const slip = !guessed && asked.findings.some(({ family }) => family === 'misdial');
  const finding: Finding = {
    family: 'hard',
    action: 'block',
    code: 'warning_refused',
    text: `${WORDS[answer] ?? 'The question was not answered'}; the call was not made`,
    evidence: { answer },
    incident: { kind: slip ? 'misdial' : 'questioned', severity: guessed ? 'warning' : 'info' },
  };
  const findings = [finding, ...asked.findings];
  const { code, text, evidence } = finding;
  return {
    action: 'block',
    findings,
    verdict: { action: 'block', reasons: [{ code, text, evidence }, ...asked.verdict.reasons], maxSeconds: null },
    lease: null,
    ...(asked.least !== undefined && { least: asked.least }),
    keys: asked.keys,
  };
}
