import { type Finding, rank, type Severity, someOf } from '../../finding.ts';
import { type Check, nameOf } from '../check.ts';
import type { EndpointKind } from '../endpoints.ts';
import type { Pbx } from '../pbx.ts';
import { type Reached, type Walker, walker } from '../walk.ts';
import { mailboxContexts } from './mailboxes.ts';

/** Who starts a call. */
type Who = EndpointKind | 'mailbox';

interface Start {
  who: Who;
  context: string;
  names: string[];
}

interface Path extends Start {
  reached: Reached;
  /** All who come this way, in the order of the starts. */
  everybody: Start[];
  trunk: string;
  severity: Severity;
}

/** Dialled to say that there is a fire: they pass unasked everywhere. */
const EMERGENCY = ['110', '112', '118', '119', '911', '999', '000'];

function starts(pbx: Pbx): Start[] {
  const found = new Map<string, Start>();
  const add = (who: Who, context: string, name: string) => {
    const start = found.get(`${who} ${context}`) ?? { who, context, names: [] };
    start.names.push(name);
    found.set(`${who} ${context}`, start);
  };
  for (const { kind, context, name } of pbx.endpoints) add(kind, context, name);
  for (const context of mailboxContexts(pbx)) add('mailbox', context, 'voicemail');
  return [...found.values()];
}

/** Whether the guard hears of the number that this Dial dials. */
const isAsked = ({ asked }: Reached, number: string): boolean => asked === 'yes' || number.includes(`\${DW_NUMBER`);

/** Whether a caller who should reach our own extensions only goes out again. */
const isStrange = (who: Who, { free }: Reached): boolean => free && (who === 'stranger' || who === 'trunk');

/** How bad it is that such a caller reaches a trunk; null where it is not. */
function severityOf(who: Who, reached: Reached, number: string): Severity | null {
  const asked = isAsked(reached, number);
  if (who === 'stranger' && reached.free) return asked ? 'high' : 'critical';
  if (who === 'trunk' && reached.free) return asked ? 'medium' : 'high';
  if (asked) return null;
  if (!number.includes(`\${`)) return 'low';
  return reached.free || who === 'mailbox' ? 'high' : 'medium';
}

function emergencyNumbers({ dialplan }: Pbx): Set<string> {
  const own = ['dialwarden-emergency', 'dialwarden-emergency-site'].flatMap((name) => [
    ...(dialplan.contexts.get(name)?.extensions.keys() ?? []),
  ]);
  return new Set([...EMERGENCY, ...own]);
}

/** The worst path to each Dial of a trunk. */
function worstPaths(pbx: Pbx): Path[] {
  const emergency = emergencyNumbers(pbx);
  const worst = new Map<string, Path>();
  for (const start of starts(pbx)) {
    for (const reached of pbx.walk.enter(start.context)) {
      if (reached.path.some(({ name }) => emergency.has(name))) continue;
      for (const target of reached.targets) {
        if (target.kind !== 'trunk') continue;
        const severity = severityOf(start.who, reached, target.number);
        const id = `${reached.step.file}:${reached.step.line} ${target.trunk} ${isStrange(start.who, reached)}`;
        const before = worst.get(id);
        if (severity === null) continue;
        const everybody = before?.everybody ?? [];
        if (everybody.at(-1) !== start) everybody.push(start);
        if (before && rank(before.severity) <= rank(severity)) continue;
        worst.set(id, { ...start, reached, everybody, trunk: target.trunk, severity });
      }
    }
  }
  return [...worst.values()];
}

const WHO: Record<Who, (names: string) => string> = {
  stranger: (names) => `Anybody (${names})`,
  trunk: (names) => `Callers from outside (${names})`,
  phone: (names) => `Phones (${names})`,
  mailbox: () => 'Callers who opened a mailbox',
};

/** Extensions of a way that its sentence names. */
const HOPS = 6;

function route({ reached: { path } }: Path): string {
  const names = path.map(nameOf);
  const shown = names.length > HOPS ? [...names.slice(0, HOPS - 1), '...', names.at(-1)] : names;
  return shown.join(', then ');
}

const ASK = `Before this Dial write Gosub(dialwarden,check,1(\${EXTEN})) and dial \${DW_NUMBER} with the options \${DW_DIAL} (dialplan/asterisk/README.md; FreePBX: its hook file).`;

function finding(path: Path): Finding {
  const { who, context, names, reached, everybody, trunk, severity } = path;
  const { step, extension } = reached;
  const strange = isStrange(who, reached);
  const told = reached.asked === 'told' && !strange;
  const asked = reached.asked === 'yes' ? '' : told ? ', whatever the guard answers' : ', and the guard is not asked';
  return {
    code: strange ? 'strangers_dial_out' : told ? 'guard_not_obeyed' : 'guard_not_asked',
    severity,
    file: step.file,
    line: step.line,
    subject: `[${extension.context}] ${extension.name} to ${trunk}`,
    members: everybody.flatMap((start) => start.names),
    text: `${WHO[who](someOf(names))} reach ${trunk} from [${context}]: ${route(path)}${asked}.`,
    why: strange
      ? 'Calls that come in can go out again to any number, at your cost.'
      : 'A stolen password or a forward to outside spends without the stated limit on this path.',
    fix: strange
      ? `Let [${context}] include and go to your own extensions only, and keep [${extension.context}] for the phones.`
      : told
        ? `Dial \${DW_NUMBER}, which is empty unless the call is allowed, or go on only where DW_VERDICT is allow.`
        : ASK,
  };
}

/** A dialplan without a caller: trunks that wait for the first phone. `walk` is one that leaves no traces. */
function unused({ dialplan, endpoints }: Pbx, walk: Walker): Finding[] {
  if (endpoints.some((e) => e.kind === 'phone')) return [];
  const { contexts } = dialplan;
  const included = new Set([...contexts.values()].flatMap((c) => c.includes));
  const roots = [...contexts.keys()].filter((name) => !included.has(name) && !name.startsWith('dialwarden'));
  const open = roots.filter((name) =>
    walk.enter(name).some((r) => r.targets.some((t) => t.kind === 'trunk' && r.free && !isAsked(r, t.number))),
  );
  const first = contexts.get(open[0] ?? '');
  if (!first) return [];
  return [
    {
      code: 'guard_not_asked',
      severity: 'low',
      file: first.file,
      line: first.line,
      subject: 'dialplan',
      text: `The files hold no phone yet; calls in ${someOf(open.map((n) => `[${n}]`))} would reach a trunk without asking the guard.`,
      why: 'The first phone that gets one of these contexts, or an include of it, dials without a limit.',
      fix: `Delete the contexts that you do not use. ${ASK}`,
    },
  ];
}

/** Ways through the dialplan to a trunk: for those who should have none, and past the guard. */
export const reach: Check = (pbx) => {
  const spare = walker(pbx.dialplan, pbx.phones);
  const findings = [...worstPaths(pbx).map(finding), ...unused(pbx, spare)];
  if (pbx.walk.exhausted() || spare.exhausted()) {
    const file = pbx.dialplan.contexts.values().next().value?.file ?? 'extensions.conf';
    pbx.reading.unread.push({
      file,
      line: null,
      why: 'begins a dialplan too large to follow: not every way to a trunk was looked at',
    });
  }
  return findings;
};
