import type { Finding, Severity } from '../../finding.ts';
import { judgePin } from '../../secrets.ts';
import { type Check, someOf } from '../check.ts';
import { type Extension, type Step, split } from '../dialplan.ts';
import type { Pbx } from '../pbx.ts';
import type { Reached } from '../walk.ts';

interface Placed {
  extension: Extension;
  step: Step;
  /** Some call comes through it; `free`: with a number of the caller's choice. */
  used: boolean;
  free: boolean;
}

function* placed({ dialplan, walk }: Pbx): Generator<Placed> {
  for (const { extensions } of dialplan.contexts.values()) {
    for (const extension of extensions.values()) {
      const free = walk.visited.get(extension);
      for (const step of extension.steps.values()) yield { extension, step, used: free !== undefined, free: !!free };
    }
  }
}

const subject = ({ context, name }: Extension): string => `[${context}] ${name}`;

const DEVICE = /(?:PJSIP|SIP|IAX2?|DAHDI|Local)\/[^,&()]*\$\{EXTEN/i;
const CLEANED = /FILTER\([^)]*\$\{EXTEN[^)]*\)/g;

/** Text of the caller that is dialled as it came: `_X.` takes `101&DAHDI/g1/0900...` as well. */
function unfiltered({ extension, step, free }: Placed): Finding | null {
  if (!extension.digits.open || !DEVICE.test(step.args.replace(CLEANED, ''))) return null;
  const asked = [...extension.steps.values()].some((s) => s.app === 'gosub' && /^dialwarden,check,1/.test(s.args));
  if (asked) return null;
  return {
    code: 'exten_unfiltered',
    severity: free ? 'high' : 'low',
    file: step.file,
    line: step.line,
    subject: subject(extension),
    text: `\${EXTEN} of the open pattern ${extension.name} is dialled as the caller sent it.`,
    why: 'SIP carries letters and signs: with 101&DAHDI/g1/0900555777 a caller adds a second destination to the Dial.',
    fix: `Write \${FILTER(0-9*#+,\${EXTEN})} for \${EXTEN}, or give the pattern its full length with X, Z and N.`,
  };
}

const CALLER_TEXT = /\$\{(?:EXTEN|CALLERID\(|CALLERIDNAME|(?:PJ)?SIP_?HEADER\(|CHANNEL\(useragent)/i;

/** Programs that are given the caller's text. */
function shell({ extension, step, used }: Placed): Finding | null {
  const runs = /^(try)?system$/.test(step.app) ? step.args : (/\$\{SHELL\(.*\)\}/.exec(step.args)?.[0] ?? '');
  const clean = runs.replace(/FILTER\((?:[^()]|\([^()]*\))*\)/g, '');
  if (!CALLER_TEXT.test(clean)) return null;
  return {
    code: 'shell_injection',
    severity: used ? 'critical' : 'medium',
    file: step.file,
    line: step.line,
    subject: subject(extension),
    text: 'A program is run with text that the caller chooses (System or SHELL).',
    why: "A caller ID or number such as $(...) or ;... runs the caller's own commands as Asterisk.",
    fix: `Pass \${FILTER(0-9,...)} of it, or use an AGI, which gets such text as data.`,
  };
}

function disa({ extension, step, used }: Placed): Finding | null {
  if (step.app !== 'disa') return null;
  const [password = '', context = 'disa'] = split(step.args, ',').map((p) => p.trim());
  const before = [...extension.steps.values()].some((s) => /^(vm)?authenticate$/.test(s.app));
  const none = /^no-password$/i.test(password) && !before;
  const weak = !none && /^\d*$/.test(password) && judgePin(password, extension.name) !== null;
  const severity: Severity = none && used ? 'critical' : none || weak ? 'high' : 'medium';
  return {
    code: 'disa',
    severity,
    file: step.file,
    line: step.line,
    subject: subject(extension),
    text: `A caller from outside can dial in context ${context} (DISA${none ? ' without a password' : weak ? ' with an easily guessed PIN' : ''}).`,
    why: 'DISA numbers are found by war dialling, and their PINs by trying; what is dialled then is yours to pay.',
    fix: 'Delete it and give people a softphone; else Authenticate() with eight digits, a context with local numbers only, and ask the guard there.',
  };
}

/** Options that let a party transfer; variables and arguments of other options say nothing. */
const letters = ({ options }: Reached): string => options.replace(/\$\{[^}]*\}/g, '').replace(/\([^()]*\)/g, '');

function transfers(pbx: Pbx): Finding[] {
  const found = new Map<string, Finding>();
  const contexts = new Set(pbx.endpoints.map((e) => `${e.kind} ${e.context}`));
  for (const start of contexts) {
    const [kind = '', context = ''] = split(start, ' ', 2);
    for (const reached of pbx.walk.enter(context)) {
      const out = reached.targets.some((t) => t.kind === 'trunk');
      const option = out ? 't' : kind === 'phone' ? null : 'T';
      if (option === null || reached.step.app !== 'dial' || !letters(reached).includes(option)) continue;
      const { step, extension } = reached;
      found.set(`${step.file}:${step.line}`, {
        code: 'outside_transfers',
        severity: 'medium',
        file: step.file,
        line: step.line,
        subject: subject(extension),
        text: `The far party may transfer the call with its keys (option ${option} of Dial).`,
        why: 'An outside party sends the call on to another number through your PBX, and you pay for it.',
        fix: `Delete ${option} from the options; your own phones transfer with ${option === 't' ? 'T' : 't'} or with their transfer key.`,
      });
    }
  }
  return [...found.values()];
}

const SOME = 20;

/** The same fault in many places is told of for the first, with their number. */
function atMost(findings: Finding[]): Finding[] {
  if (findings.length <= SOME) return findings;
  const first = findings[0]!;
  const where = someOf(findings.map((f) => f.subject));
  return [{ ...first, subject: 'dialplan', text: `${first.text} The same in ${findings.length} places: ${where}.` }];
}

const found = (all: readonly Placed[], look: (one: Placed) => Finding | null): Finding[] =>
  atMost(all.map(look).filter((f): f is Finding => f !== null));

/** Single steps of the dialplan that are dangerous wherever they stand. */
export const steps: Check = (pbx) => {
  const all = [...placed(pbx)];
  return [...found(all, shell), ...found(all, disa), ...found(all, unfiltered), ...atMost(transfers(pbx))];
};
