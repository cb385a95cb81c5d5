import { type Budget, isSpent, newBudget, spend } from '../budget.ts';
import type { Dialplan, Extension, Step } from './dialplan.ts';
import { ANYTHING, digitsOf, keyOf } from './digits.ts';
import { type Asked, dialledIn, following, type Ground, type Landing, type Position } from './landing.ts';
import { matcher } from './matching.ts';
import { type Dialled, movesOf } from './moves.ts';
import type { Phones } from './targets.ts';

/** A Dial that a call can come to. */
export interface Reached extends Dialled {
  step: Step;
  extension: Extension;
  asked: Asked;
  /** The caller chose the number. */
  free: boolean;
  /** Extensions passed on the way: the first ones and the last. */
  path: readonly Extension[];
}

/** Follows calls through a dialplan. */
export interface Walker {
  /** Every Dial that a number dialled in a context can come to. */
  enter(context: string): readonly Reached[];
  /** Extensions that some call came through, and whether one of them with a number of the caller's choice. */
  visited: ReadonlyMap<Extension, boolean>;
  /** The dialplan was too large to be followed to its end. */
  exhausted(): boolean;
}

/** What was found behind one position. */
interface Summary {
  /** How the guard stands when the Gosub returns. */
  exits: Set<Asked>;
  reached: Map<string, Reached>;
}

interface Walk {
  ground: Ground;
  known: Map<string, Summary>;
  visited: Map<Extension, boolean>;
  budget: Budget;
}

/** A call under way. */
interface Leg {
  p: Position;
  path: readonly Extension[];
}

/** Subroutines that call subroutines: more than any dialplan has. */
const MAX_DEPTH = 40;
/** What is taken over though the budget is spent, so that there is something to tell. */
const ENOUGH = 100;
/** Hops of a path that are kept. */
const MAX_PATH = 12;
/** What following a step costs, and what a landing or a path taken over does, in units of the budget. */
const PER_STEP = 60;
const PER_LANDING = 30;

function joined(path: readonly Extension[], more: readonly Extension[]): readonly Extension[] {
  const all = [...path, ...more];
  return all.length <= MAX_PATH ? all : [...all.slice(0, MAX_PATH - 1), all.at(-1)!];
}

const key = (p: Position): string =>
  [p.extension.context, p.extension.name, p.priority, keyOf(p.digits), p.free, p.asked, ...p.args].join('\n');

/** A queue that takes each position once. */
function queueOf({ visited, budget }: Walk): { legs: Leg[]; push(landing: Landing, path: readonly Extension[]): void } {
  const legs: Leg[] = [];
  const seen = new Set<string | Landing>();
  const add = (p: Position, path: readonly Extension[]) => {
    const id = key(p);
    if (seen.has(id)) return;
    seen.add(id);
    visited.set(p.extension, p.free || visited.get(p.extension) === true);
    legs.push({ p, path: path.at(-1) === p.extension ? path : joined(path, [p.extension]) });
  };
  const push = (landing: Landing, path: readonly Extension[]) => {
    if (seen.has(landing)) return;
    seen.add(landing);
    for (const p of landing) {
      if (!spend(budget, PER_LANDING)) return;
      add(p, path);
    }
  };
  return { legs, push };
}

function remember({ reached }: Summary, dialled: readonly Dialled[], step: Step, { p, path }: Leg): void {
  for (const one of dialled) {
    const number = one.targets.find((t) => t.kind === 'trunk')?.number ?? '';
    const free = p.free && number.includes('${');
    const id = `${step.file}:${step.line}:${p.asked}:${free}`;
    if (!reached.has(id)) reached.set(id, { ...one, step, extension: p.extension, asked: p.asked, free, path });
  }
}

/** Follows a subroutine, once for each way it is called, and adds what it reaches. */
function enterCall(
  walk: Walk,
  into: Summary,
  to: Position,
  path: readonly Extension[],
  depth: number,
): Iterable<Asked> {
  if (depth >= MAX_DEPTH || isSpent(walk.budget)) return [to.asked];
  const inner = walk.known.get(key(to)) ?? follow(walk, [to], depth + 1);
  for (const [id, found] of inner.reached) {
    if (!spend(walk.budget, PER_LANDING) && into.reached.size >= ENOUGH) break;
    if (!into.reached.has(id)) into.reached.set(id, { ...found, path: joined(path, found.path) });
  }
  return inner.exits;
}

/** Everything that calls starting at some positions reach. */
function follow(walk: Walk, starts: Landing, depth: number): Summary {
  const { ground, known, budget } = walk;
  const summary: Summary = { exits: new Set(), reached: new Map() };
  // Known before it is complete, so that a subroutine that calls itself ends.
  if (starts.length === 1) known.set(key(starts[0]!), summary);
  const { legs, push } = queueOf(walk);
  const apartBefore = new Set<Landing>();
  push(starts, []);
  for (let i = 0; i < legs.length; i++) {
    const { p, path } = legs[i]!;
    const step = p.extension.steps.get(p.priority)!;
    if (!spend(budget, PER_STEP + step.args.length)) break;
    const { go, call, apart, exit, dialled } = movesOf(step, ground, p);
    remember(summary, dialled, step, legs[i]!);
    for (const next of go) push(next, path);
    for (const landing of apart.filter((l) => !apartBefore.has(l))) {
      apartBefore.add(landing);
      for (const to of landing) enterCall(walk, summary, to, path, depth);
    }
    const exits = new Set(call.flat().flatMap((to) => [...enterCall(walk, summary, to, path, depth)]));
    for (const asked of exits) push(following(p, ground, asked), path);
    // A macro returns where its last step is done.
    const ended = [...go, ...call].every((l) => l.length === 0) && p.extension.context.startsWith('macro-');
    if (exit || ended) summary.exits.add(p.asked);
  }
  return summary;
}

export function walker(dialplan: Dialplan, phones: Phones): Walker {
  const budget = newBudget();
  const ground: Ground = { dialplan, phones, matching: matcher(dialplan, budget), landings: new Map() };
  const walk: Walk = { ground, known: new Map(), visited: new Map(), budget };
  const entered = new Map<string, Reached[]>();
  return {
    enter(context) {
      const before = entered.get(context);
      if (before) return before;
      const starts = [...dialledIn(context, ANYTHING, ground), ...dialledIn(context, digitsOf('s'), ground)];
      const found = [...follow(walk, starts, 0).reached.values()];
      entered.set(context, found);
      return found;
    },
    visited: walk.visited,
    exhausted: () => isSpent(budget),
  };
}
