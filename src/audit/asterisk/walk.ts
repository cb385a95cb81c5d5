import { application, type Dialplan, type Extension, type Step, split } from './dialplan.ts';
import { ANYTHING, type Digits, digitsOf, isFree, keyOf } from './digits.ts';
import { branches, decided, expand, numberOf, staysFree } from './expression.ts';
import { matcher, priorityAt } from './matching.ts';
import { type Phones, type Target, targetsOf } from './targets.ts';

/** Whether the guard was asked on the way: `told` is an answer that the dialplan has not looked at yet. */
export type Asked = 'no' | 'told' | 'yes';

/** A call at one step of the dialplan. */
interface Position {
  extension: Extension;
  priority: number;
  /** What `${EXTEN}` can be. */
  digits: Digits;
  /** The number in play is the caller's choice. */
  free: boolean;
  asked: Asked;
  /** Arguments of the Gosub or Macro that look like something to dial. */
  args: string[];
}

/** A Dial that a call can come to. */
export interface Reached {
  step: Step;
  extension: Extension;
  /** Options of the Dial. */
  options: string;
  targets: Target[];
  asked: Asked;
  /** The caller chose the number. */
  free: boolean;
  /** Extensions passed on the way, `context/extension`. */
  path: string[];
}

interface Summary {
  /** How the guard stands when the Gosub returns. */
  exits: Set<Asked>;
  reached: Map<string, Reached>;
}

/** What one step leads to. */
interface Outcome {
  go: Position[];
  call: Position[][];
  /** Calls of their own: what they return does not matter. */
  apart: Position[];
  exit: boolean;
}

const MAX_STEPS = 300_000;
const MAX_DEPTH = 40;
const ENDS = new Set(['hangup', 'congestion', 'busy', 'macroexit', 'return', 'transfer']);

const key = (p: Position): string =>
  [p.extension.context, p.extension.name, p.priority, keyOf(p.digits), p.free, p.asked, ...p.args].join('\n');

const nameOf = ({ context, name }: Extension): string => `${context}/${name}`;

/** Follows calls through a dialplan. */
export interface Walker {
  /** Every Dial that a number dialled in a context can come to. */
  enter(context: string): readonly Reached[];
  /** Extensions that some call came through, and whether one of them with a number of the caller's choice. */
  visited: ReadonlyMap<Extension, boolean>;
  /** The dialplan was too large to be followed to its end. */
  exhausted(): boolean;
}

/** The guard's answer is asked for by the include (dialplan/asterisk/dialwarden.conf), or by an AGI of one's own. */
function asks({ app, args }: Step): Asked | null {
  if (/^agi$/.test(app) && /^agi:\/\/[^,]*\/check\b/i.test(args)) return 'told';
  const [, entry] = /^gosub(?:if)?$/.test(app) ? (/\bdialwarden,(check|ask|hook),1/.exec(args) ?? []) : [];
  if (entry === undefined || app === 'gosubif') return null;
  return entry === 'ask' ? 'told' : 'yes';
}

export function walker(dialplan: Dialplan, phones: Phones): Walker {
  const matching = matcher(dialplan);
  const known = new Map<string, Summary>();
  const visited = new Map<Extension, boolean>();
  let steps = 0;

  /** Positions that a jump leads to; none where it cannot be told. */
  function jump(text: string, from: Position): Position[] {
    const [, place = '', given = ''] = /^([^(]*(?:\$\{[^}]*\}[^(]*)*)(?:\((.*)\))?$/s.exec(text.trim()) ?? [];
    const parts = split(expand(place, dialplan, from.extension, from.args), ',').map((part) => part.trim());
    const label = parts.at(-1)!;
    const extension = parts.length > 1 ? parts.at(-2)! : `\${EXTEN}`;
    const context = parts.length > 2 ? parts[0]! : from.extension.context;
    const args = given === '' ? from.args : split(given, ',').map((a) => dialString(a, from));
    if (parts.length === 1) {
      const priority = priorityAt(from.extension, label);
      if (priority !== undefined) return [{ ...from, args, priority }];
    }
    const digits = numberOf(extension, from.digits);
    const free = staysFree(extension, from.free, digits);
    return matching(context, digits ?? ANYTHING, label).map((m) => ({ ...from, args, ...m, free }));
  }

  /** Only what can be dialled is worth telling calls of a subroutine apart by. */
  const dialString = (arg: string, from: Position): string => {
    const expanded = expand(arg, dialplan, from.extension, from.args);
    return expanded.includes('/') ? expanded : '';
  };

  /** Everything that a caller can dial in a context. */
  const dialled = (context: string, digits: Digits, from: Pick<Position, 'asked' | 'args'>): Position[] =>
    matching(context, digits, 1).map((m) => ({ ...from, ...m, free: isFree(m.digits) }));

  const special = (names: string, from: Position): Position[] => names.split(' ').flatMap((n) => jump(`${n},1`, from));

  function following(from: Position, asked: Asked = from.asked): Position[] {
    const priority = from.priority + 1;
    if (from.extension.steps.has(priority)) return [{ ...from, asked, priority }];
    // Asterisk goes on with the same priority of another extension that takes the number as well.
    return matching(from.extension.context, from.digits, priority).map((m) => ({ ...from, ...m, asked }));
  }

  function conditional(step: Step, from: Position, take: (text: string) => Position[]): Position[][] {
    const { condition, yes, no } = branches(step.args);
    const sure = step.app.includes('time') ? null : decided(condition, dialplan);
    // FreePBX's emergency routes pass unasked, as emergency numbers do everywhere.
    const free = (p: Position): Position => (condition.includes('EMERGENCYROUTE') ? { ...p, asked: 'yes' } : p);
    const there = yes === '' || sure === false ? [] : take(yes).map(free);
    const elsewhere = no === '' || sure === true ? [] : take(no);
    const open = (yes === '' && sure !== false) || (no === '' && sure !== true);
    return [[...there, ...elsewhere], open ? following(from) : []];
  }

  function localCalls(targets: Target[], from: Position): Position[] {
    return targets.flatMap((t) => (t.kind === 'local' ? jump(`${t.context},${t.extension},1`, from) : []));
  }

  function outcome(step: Step, p: Position): Outcome {
    const { app, args } = step;
    const look = p.asked === 'told' && /DW_VERDICT|DW_NUMBER/.test(args) ? { ...p, asked: 'yes' as const } : p;
    const plain = (more: Partial<Outcome>): Outcome => ({
      go: following(look),
      call: [],
      apart: [],
      exit: false,
      ...more,
    });
    const asked = asks(step);
    if (asked !== null) return plain({ go: following(look, asked) });
    if (app === 'goto') return plain(unknownReturns(jump(args, look)));
    if (/^gotoif(time)?$/.test(app)) return plain({ go: conditional(step, look, (to) => jump(to, look)).flat() });
    if (app === 'gosub') return plain(subroutine(jump(args, look), look));
    if (/^gosubif(time)?$/.test(app)) {
      const [called = [], past = []] = conditional(step, look, (to) => jump(to, look));
      return plain({ go: past, call: [called] });
    }
    if (/^macro(exclusive)?$/.test(app)) {
      const [name = '', ...given] = split(args, ',');
      return plain(subroutine(jump(`macro-${name.trim()},s,1(${given.join(',')})`, look), look, true));
    }
    if (app === 'execif') {
      const { yes, no } = branches(args);
      const inner = [yes, no].filter(Boolean).map((text) => outcome({ ...step, ...application(text) }, look));
      return plain({
        go: [...following(look), ...inner.flatMap((o) => o.go)],
        call: inner.flatMap((o) => o.call),
        apart: inner.flatMap((o) => o.apart),
        exit: inner.some((o) => o.exit),
      });
    }
    if (ENDS.has(app)) return plain({ go: [], exit: app === 'return' || app === 'macroexit' });
    return elsewhere(step, look, plain);
  }

  /** A jump that cannot be told may lead back to where the Gosub came from. */
  const unknownReturns = (go: Position[]): Partial<Outcome> => ({ go, exit: go.length === 0 });

  function subroutine(to: Position[], from: Position, skipMissing = false): Partial<Outcome> {
    return to.length > 0 ? { go: [], call: [to] } : { go: skipMissing ? following(from) : [] };
  }

  /** Applications that let calls begin elsewhere, or callers dial. */
  function elsewhere({ app, args }: Step, p: Position, plain: (more: Partial<Outcome>) => Outcome): Outcome {
    const parts = split(args, ',');
    if (/^(background|waitexten|backgrounddetect)$/.test(app)) {
      return plain({ go: [...following(p), ...dialled(p.extension.context, ANYTHING, p), ...special('i t', p)] });
    }
    if (app === 'disa') return plain({ go: dialled(parts[1]?.trim() || 'disa', ANYTHING, p) });
    if (app === 'read') return plain({ go: following({ ...p, free: true }) });
    if (app === 'voicemail') return plain({ go: [...following(p), ...special('o a', p)] });
    if (/^(dial|retrydial|page|originate|queue|followme)$/.test(app)) {
      return plain({ apart: localCalls(targetsOf(dialText(app, args, p), phones), p) });
    }
    return plain({});
  }

  const dialText = (app: string, args: string, p: Position): string =>
    split(expand(args, dialplan, p.extension, p.args), ',')[app === 'retrydial' ? 3 : 0] ?? '';

  function reachedBy(step: Step, p: Position, path: string[]): Reached | null {
    if (!/^(dial|retrydial|page|originate)$/.test(step.app)) return null;
    const targets = targetsOf(dialText(step.app, step.args, p), phones);
    const options = split(expand(step.args, dialplan, p.extension, p.args), ',')[step.app === 'dial' ? 2 : 5] ?? '';
    const number = targets.find((t) => t.kind === 'trunk')?.number ?? '';
    return {
      step,
      extension: p.extension,
      options,
      targets,
      asked: p.asked,
      free: p.free && number.includes('${'),
      path,
    };
  }

  function remember(into: Map<string, Reached>, found: Reached): void {
    const id = `${found.step.file}:${found.step.line}:${found.asked}:${found.free}`;
    if (!into.has(id)) into.set(id, found);
  }

  /** Everything that calls starting at some positions reach; each subroutine is followed once for each way it is called. */
  function follow(starts: readonly Position[], depth: number): Summary {
    const summary: Summary = { exits: new Set(), reached: new Map() };
    if (starts.length === 1) known.set(key(starts[0]!), summary);
    const queue: { p: Position; path: string[] }[] = [];
    const seen = new Set<string>();
    const push = (p: Position, path: string[]) => {
      const k = key(p);
      if (seen.has(k)) return;
      seen.add(k);
      visited.set(p.extension, p.free || visited.get(p.extension) === true);
      const name = nameOf(p.extension);
      queue.push({ p, path: path.at(-1) === name ? path : [...path, name] });
    };
    const enterCall = (to: Position, path: string[]): Summary => {
      if (depth >= MAX_DEPTH) return { exits: new Set([to.asked]), reached: new Map() };
      const inner = known.get(key(to)) ?? follow([to], depth + 1);
      for (const found of inner.reached.values())
        remember(summary.reached, { ...found, path: [...path, ...found.path] });
      return inner;
    };
    for (const start of starts) push(start, []);
    for (let i = 0; i < queue.length && steps < MAX_STEPS; i++, steps++) {
      const { p, path } = queue[i]!;
      const step = p.extension.steps.get(p.priority)!;
      const found = reachedBy(step, p, path);
      if (found) remember(summary.reached, found);
      const { go, call, apart, exit } = outcome(step, p);
      for (const next of go) push(next, path);
      for (const to of apart) enterCall(to, path);
      for (const group of call) {
        const exits = new Set(group.flatMap((to) => [...enterCall(to, path).exits]));
        for (const asked of exits) for (const next of following(p, asked)) push(next, path);
      }
      const fellOff = go.length === 0 && call.length === 0 && p.extension.context.startsWith('macro-');
      if (exit || fellOff) summary.exits.add(p.asked);
    }
    return summary;
  }

  const entered = new Map<string, Reached[]>();
  return {
    enter(context) {
      const from = { asked: 'no' as const, args: [] };
      const starts = () => [...dialled(context, ANYTHING, from), ...dialled(context, digitsOf('s'), from)];
      const answer = entered.get(context) ?? [...follow(starts(), 0).reached.values()];
      entered.set(context, answer);
      return answer;
    },
    visited,
    exhausted: () => steps >= MAX_STEPS,
  };
}
