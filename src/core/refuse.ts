import type { Decision, Finding } from './verdict.ts';

const WORDS: Record<string, string> = {
  wrong: 'The wrong key was pressed',
  early: 'A key was pressed before the digit was spoken',
  silent: 'No key was pressed',
  hangup: 'The caller hung up',
};

/** A warning that was not confirmed: the call is blocked, with what it was asked about as further reasons. */
export function refuse(asked: Decision, answer: string): Decision {
  const slip = asked.findings.some(({ family }) => family === 'misdial');
  const finding: Finding = {
    family: 'hard',
    action: 'block',
    code: 'warning_refused',
    text: `${WORDS[answer] ?? 'The question was not answered'}; the call was not made`,
    evidence: { answer },
    incident: {
      kind: slip ? 'misdial' : 'questioned',
      severity: answer === 'hangup' || answer === 'silent' ? 'info' : 'warning',
    },
  };
  const findings = [finding, ...asked.findings];
  const { code, text, evidence } = finding;
  return {
    action: 'block',
    findings,
    verdict: { action: 'block', reasons: [{ code, text, evidence }, ...asked.verdict.reasons], maxSeconds: null },
    lease: null,
    keys: asked.keys,
  };
}
