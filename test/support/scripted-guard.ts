import type { CallEnd, DialAttempt } from '../../src/core/attempt.ts';
import type { Log } from '../../src/guard/log.ts';
import type { Outcome } from '../../src/guard/outcome.ts';
import type { CallGuard } from '../../src/guard/port-call-guard.ts';
import type { Answer } from '../../src/guard/ports.ts';
import type { Settings } from '../../src/guard/settings.ts';
import { attempt, policy, somalia } from './facts.ts';

export const outcome = (action: Outcome['action'], more: Partial<Outcome> = {}): Outcome => ({
  action,
  reason: `because_${action}`,
  incident: null,
  maxSeconds: null,
  e164: somalia.e164,
  question: null,
  announce: false,
  ...more,
});

const ATTEMPT = attempt(somalia, { uniqueid: '1.1', at: 0, site: 'default', ext: '101', dialled: '0011252615550100' });

/** A warning about a call to Somalia, to be answered with `digits`. */
export const warn = (digits: string, nth = 1): Outcome =>
  outcome('warn', {
    question: { call: nth, attempt: ATTEMPT, digits, try: nth, region: 'SO', countryCode: '252', meant: null },
  });

export interface StubGuard extends CallGuard {
  asked: DialAttempt[];
  heard: { digits: string; answer: Answer }[];
  ends: CallEnd[];
}

interface Stubbed {
  after?: (answer: Answer, nth: number) => Outcome | Promise<Outcome>;
  settings?: Partial<Settings>;
}

/** A guard that answers with `decide`, and after a warning with `after`. */
export function scriptedGuard(
  decide: (attempt: DialAttempt) => Outcome | Promise<Outcome>,
  { after = () => outcome('block'), settings = {} }: Stubbed = {},
): StubGuard {
  const asked: DialAttempt[] = [];
  const heard: StubGuard['heard'] = [];
  const ends: CallEnd[] = [];
  const site = { policy: policy(), match: { realms: [], extensions: [] } };
  const all = { sites: [site], mode: 'enforce', deadlineMs: 250, digit: 'random', answerFirst: true, announce: true };
  return {
    asked,
    heard,
    ends,
    ask: async (attempt) => {
      asked.push(attempt);
      return decide(attempt);
    },
    answered: async ({ digits }, answer) => {
      heard.push({ digits, answer });
      return after(answer, heard.length);
    },
    ended: async (end) => void ends.push(end),
    settings: () => ({ ...all, language: 'en', ...settings }) as Settings,
  };
}

export interface Logged {
  level: keyof Log;
  event: string;
  fields: Record<string, unknown>;
}

export function recordingLog(): { log: Log; logged: Logged[] } {
  const logged: Logged[] = [];
  const at = (level: keyof Log) => (event: string, fields: object) =>
    void logged.push({ level, event, fields: { ...fields } });
  return { logged, log: { info: at('info'), warn: at('warn'), error: at('error') } };
}
