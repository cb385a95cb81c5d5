import type { Finding, Severity } from '../../finding.ts';
import { judgePin } from '../../secrets.ts';
import { atMost, type Check, nameOf } from '../check.ts';
import { type Extension, type Step, split } from '../dialplan.ts';
import { guardEntry } from '../moves.ts';
import type { Pbx } from '../pbx.ts';

interface Placed {
  extension: Extension;
  step: Step;
  /** What its extension does before or after: the guard is asked, a password is. */
  asks: { guard: boolean; password: boolean };
  /** Some call comes through it; `free`: with a number of the caller's choice. */
  used: boolean;
  free: boolean;
}

function* placed({ dialplan, walk }: Pbx): Generator<Placed> {
  for (const { extensions } of dialplan.contexts.values()) {
    for (const extension of extensions.values()) {
      const free = walk.visited.get(extension);
      const all = [...extension.steps.values()];
      const asks = {
        guard: all.some((s) => guardEntry(s) !== undefined),
        password: all.some((s) => /^(vm)?authenticate$/.test(s.app)),
      };
      for (const step of all) yield { extension, step, asks, used: free !== undefined, free: !!free };
    }
  }
}

const at = ({ extension, step: { file, line } }: Placed): Pick<Finding, 'file' | 'line' | 'subject'> => ({
  file,
  line,
  subject: nameOf(extension),
});

/** Characters of a step that are looked at: its text may be of any length. */
const LOOKED_AT = 1_000;

const DEVICE = /(?:PJSIP|SIP|IAX2?|DAHDI|Local)\/[^,&()]*\$\{EXTEN/i;
const CLEANED = /FILTER\([^()]*\$\{EXTEN[^()]*\)/g;

/** Text of the caller that is dialled as it came: `_X.` takes `101&DAHDI/g1/0900...` as well. */
function unfiltered(one: Placed): Finding | null {
  const { extension, step, asks, free } = one;
  if (asks.guard || !extension.digits.open || !DEVICE.test(step.args.slice(0, LOOKED_AT).replace(CLEANED, '')))
    return null;
  return {
    code: 'exten_unfiltered',
    severity: free ? 'high' : 'low',
    ...at(one),
    text: `\${EXTEN} of the open pattern ${extension.name} is dialled as the caller sent it.`,
    why: 'SIP carries letters and signs: with 101&DAHDI/g1/0900555777 a caller adds a second destination to the Dial.',
    fix: `Write \${FILTER(0-9*#+,\${EXTEN})} for \${EXTEN}, or give the pattern its full length with X, Z and N.`,
  };
}

const CALLER_TEXT = /\$\{(?:EXTEN|CALLERID\(|CALLERIDNAME|(?:PJ)?SIP_?HEADER\(|CHANNEL\(useragent)/i;

/** Programs that are given the caller's text. */
function shell(one: Placed): Finding | null {
  const { step, used } = one;
  const args = step.args.slice(0, LOOKED_AT);
  const runs = /^(try)?system$/.test(step.app) ? args : (/\$\{SHELL\(.*\)\}/.exec(args)?.[0] ?? '');
  const clean = runs.replace(/FILTER\((?:[^()]|\([^()]*\))*\)/g, '');
  if (!CALLER_TEXT.test(clean)) return null;
  return {
    code: 'shell_injection',
    severity: used ? 'critical' : 'medium',
    ...at(one),
    text: 'A program is run with text that the caller chooses (System or SHELL).',
    why: "A caller ID or number such as $(...) or ;... runs the caller's own commands as Asterisk.",
    fix: `Pass \${FILTER(0-9,...)} of it, or use an AGI, which gets such text as data.`,
  };
}

function disa(one: Placed): Finding | null {
  const { extension, step, asks, used } = one;
  if (step.app !== 'disa') return null;
  const [password = '', context = 'disa'] = split(step.args, ',').map((p) => p.trim());
  const none = /^no-password$/i.test(password) && !asks.password;
  const weak = !none && /^\d*$/.test(password) && judgePin(password, extension.name) !== null;
  const severity: Severity = none && used ? 'critical' : none || weak ? 'high' : 'medium';
  return {
    code: 'disa',
    severity,
    ...at(one),
    text: `A caller from outside can dial in context ${context} (DISA${none ? ' without a password' : weak ? ' with an easily guessed PIN' : ''}).`,
    why: 'DISA numbers are found by war dialling, and their PINs by trying; what is dialled then is yours to pay.',
    fix: 'Delete it and give people a softphone; else Authenticate() with eight digits, a context with local numbers only, and ask the guard there.',
  };
}

const found = (all: readonly Placed[], look: (one: Placed) => Finding | null): Finding[] =>
  atMost(all.map(look).filter((f): f is Finding => f !== null));

/** Single steps of the dialplan that are dangerous wherever they stand. */
export const steps: Check = (pbx) => {
  const all = [...placed(pbx)];
  return [...found(all, shell), ...found(all, disa), ...found(all, unfiltered)];
};
