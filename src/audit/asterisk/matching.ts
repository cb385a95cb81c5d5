import { type Budget, isSpent, spend } from '../budget.ts';
import type { Context, Dialplan, Extension } from './dialplan.ts';
import { both, type Digits, keyOf, only } from './digits.ts';
import { insert, isTaken, newTree, type Tree, taking } from './tree.ts';

/** An extension with the priority looked for, and which of the numbers it takes. */
export interface Match {
  extension: Extension;
  priority: number;
  digits: Digits;
}

/** A priority by its number or its label. */
export type Place = number | string;

/** The priority of an extension; undefined where it has none such. */
export function priorityAt({ steps, labels }: Extension, place: Place): number | undefined {
  const priority = typeof place === 'number' || /^\d+$/.test(place) ? Number(place) : labels.get(place);
  return priority !== undefined && steps.has(priority) ? priority : undefined;
}

/** Extensions that no caller dials. */
const SPECIAL = /^(h|i|t|s|e|a|o|T|fax|failed|hang)$/;

/** How deep Asterisk follows includes (AST_PBX_MAX_STACK, include/asterisk/pbx.h). */
const MAX_INCLUDES = 128;

/** What making a match costs, in units of the budget. */
const PER_MATCH = 20;

/** Extensions of a context by the places they have: those with a priority 2, those with a label `dial`. */
function placesOf({ extensions }: Context): Map<string, Extension[]> {
  const places = new Map<string, Extension[]>();
  const add = (place: string, extension: Extension) => {
    const known = places.get(place);
    if (known) known.push(extension);
    else places.set(place, [extension]);
  };
  for (const extension of extensions.values()) {
    for (const priority of extension.steps.keys()) add(String(priority), extension);
    for (const label of extension.labels.keys()) add(label, extension);
  }
  return places;
}

function treeOf(extensions: readonly Extension[]): Tree<Extension> {
  const tree = newTree<Extension>();
  for (const extension of extensions) insert(tree, extension.digits, extension);
  return tree;
}

/** The extensions of each context that have a place, ready to be searched. */
function searchable(budget: Budget): (context: Context, place: Place) => Tree<Extension> | undefined {
  const lists = new Map<Context, Map<string, Extension[]>>();
  const trees = new Map<Extension[], Tree<Extension>>();
  return (context, place) => {
    const places = lists.get(context) ?? placesOf(context);
    lists.set(context, places);
    const list = places.get(String(place));
    if (!list) return undefined;
    const known = trees.get(list);
    if (known) return known;
    spend(budget, list.length * PER_MATCH);
    const tree = treeOf(list);
    trees.set(list, tree);
    return tree;
  };
}

function matches(extensions: readonly Extension[], digits: Digits, place: Place, budget: Budget): Match[] {
  const found: Match[] = [];
  const exact = only(digits);
  for (const extension of extensions) {
    if (!spend(budget, PER_MATCH)) return found;
    if (SPECIAL.test(extension.name) && extension.name !== exact) continue;
    const priority = priorityAt(extension, place);
    const common = priority === undefined ? null : both(digits, extension.digits);
    if (common) found.push({ extension, priority: priority!, digits: common });
  }
  return found;
}

/** What was found, and whether it takes all numbers of a match that an include has to offer. */
function gathered(own: readonly Match[], budget: Budget): { found: Match[]; offer(match: Match): void } {
  const found: Match[] = [];
  const names = new Set<string>();
  const patterns = newTree<Match>();
  const add = (match: Match) => {
    const { name, digits } = match.extension;
    found.push(match);
    names.add(name);
    if (name.startsWith('_')) insert(patterns, digits, match);
  };
  own.forEach(add);
  const offer = (match: Match) => {
    if (!spend(budget, PER_MATCH) || names.has(match.extension.name)) return;
    if (!isTaken(patterns, match.digits, budget)) add(match);
  };
  return { found, offer };
}

/**
 * Finds the extensions of a context and its includes that numbers lead to. What a context takes itself hides the same numbers
 * in what it includes, and extensions without the priority do not count, as in Asterisk. Answers are remembered, and are
 * incomplete where the budget is spent.
 */
export type Matching = (context: string, digits: Digits, place: Place) => readonly Match[];

export function matcher({ contexts }: Dialplan, budget: Budget): Matching {
  const known = new Map<string, readonly Match[]>();
  const search = searchable(budget);
  const find = (name: string, digits: Digits, place: Place, seen: Set<string>): Match[] => {
    const context = contexts.get(name);
    if (!context || seen.has(name) || seen.size >= MAX_INCLUDES || isSpent(budget)) return [];
    seen.add(name);
    const exact = only(digits);
    const literal = exact === null ? undefined : context.extensions.get(exact);
    const priority = literal && priorityAt(literal, place);
    if (priority !== undefined) return [{ extension: literal!, priority, digits }];
    const tree = search(context, place);
    const own = tree ? matches(taking(tree, digits, budget), digits, place, budget) : [];
    if (context.includes.length === 0) return own;
    const { found, offer } = gathered(own, budget);
    for (const include of context.includes) {
      if (!spend(budget, PER_MATCH)) break;
      for (const match of find(include, digits, place, seen)) offer(match);
    }
    return found;
  };
  return (context, digits, place) => {
    const key = `${context}\n${place}\n${keyOf(digits)}`;
    const answer = known.get(key) ?? find(context, digits, place, new Set());
    known.set(key, answer);
    return answer;
  };
}
