import { type Dialplan, type Extension, split } from './dialplan.ts';
import { ANYTHING, type Digits, isFree, keyOf } from './digits.ts';
import { expand, numberOf, placeAndArguments, staysFree } from './expression.ts';
import { type Matching, type Place, priorityAt } from './matching.ts';
import type { Phones } from './targets.ts';

/** Whether the guard was asked on the way: `told` is an answer that the dialplan has not looked at yet. */
export type Asked = 'no' | 'told' | 'yes';

/** A call at one step of the dialplan. */
export interface Position {
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

/** Where a jump leads; the same jump is the same array, so that a large one is followed once. */
export type Landing = readonly Position[];

/** What calls move on. */
export interface Ground {
  dialplan: Dialplan;
  phones: Phones;
  matching: Matching;
  /** Landings by what they follow from. */
  landings: Map<string, Landing>;
}

/** A text of a step with what stands in its variables as far as the files say. */
export const resolved = (text: string, { dialplan }: Ground, p: Position): string =>
  expand(text, dialplan, p.extension, p.args);

/** Only what can be dialled is worth telling calls of a subroutine apart by. */
function dialString(text: string, ground: Ground, p: Position): string {
  const expanded = resolved(text, ground, p);
  return expanded.includes('/') ? expanded : '';
}

/** A call at every extension of a context that takes the numbers. */
function land(
  ground: Ground,
  context: string,
  digits: Digits,
  place: Place,
  call: Pick<Position, 'asked' | 'args'> & { free: boolean | null },
): Landing {
  const key = [context, keyOf(digits), place, call.free, call.asked, ...call.args].join('\n');
  const known = ground.landings.get(key);
  if (known) return known;
  const made = ground
    .matching(context, digits, place)
    .map((m) => ({ ...call, ...m, free: call.free ?? isFree(m.digits) }));
  ground.landings.set(key, made);
  return made;
}

/** Positions that a jump leads to; none where it cannot be told. */
export function jump(text: string, ground: Ground, from: Position): Landing {
  const { place, given } = placeAndArguments(text);
  const parts = split(resolved(place, ground, from), ',').map((part) => part.trim());
  const label = parts.at(-1)!;
  const args = given === '' ? from.args : split(given, ',').map((arg) => dialString(arg, ground, from));
  if (parts.length === 1) {
    const priority = priorityAt(from.extension, label);
    if (priority !== undefined) return [{ ...from, args, priority }];
  }
  const extension = parts.length > 1 ? parts.at(-2)! : `\${EXTEN}`;
  const context = parts.length > 2 ? parts[0]! : from.extension.context;
  const digits = numberOf(extension, from.digits);
  const free = staysFree(extension, from.free, digits);
  return land(ground, context, digits ?? ANYTHING, label, { asked: from.asked, args, free });
}

/** Everything that a caller can dial in a context. */
export const dialledIn = (context: string, digits: Digits, ground: Ground, asked: Asked = 'no'): Landing =>
  land(ground, context, digits, 1, { asked, args: [], free: null });

/** The next step of a call. */
export function following(from: Position, ground: Ground, asked: Asked = from.asked): Landing {
  const priority = from.priority + 1;
  if (from.extension.steps.has(priority)) return [{ ...from, asked, priority }];
  // Asterisk goes on with the same priority of another extension that takes the number as well.
  const { extension, digits, args, free } = from;
  return land(ground, extension.context, digits, priority, { asked, args, free });
}
