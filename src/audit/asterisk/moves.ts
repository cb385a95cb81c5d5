import { application, type Dialplan, type Extension, type Step, split } from './dialplan.ts';
import { ANYTHING, type Digits, isFree, keyOf } from './digits.ts';
import { branches, decided, expand, numberOf, placeAndArguments, staysFree } from './expression.ts';
import { type Matching, type Place, priorityAt } from './matching.ts';
import { type Phones, type Target, targetsOf } from './targets.ts';

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

/** One Dial with what stands in its variables as far as the files say. */
export interface Dialled {
  targets: Target[];
  options: string;
}

/** Where a jump leads; the same jump is the same array, so that a large one is followed once. */
export type Landing = readonly Position[];

/** What one step leads to. */
export interface Moves {
  go: readonly Landing[];
  /** Subroutines, after which the call goes on. */
  call: readonly Landing[];
  /** Calls of their own: whether and how they come back does not matter. */
  apart: readonly Landing[];
  /** The Gosub or Macro that led here may end. */
  exit: boolean;
  dialled: Dialled[];
}

/** What calls move on. */
export interface Ground {
  dialplan: Dialplan;
  phones: Phones;
  matching: Matching;
  /** Landings by what they follow from. */
  landings: Map<string, Landing>;
}

const ENDS = new Set(['hangup', 'congestion', 'busy', 'macroexit', 'return', 'transfer']);
/** Applications that ring something, and which of their arguments are the devices and the options. */
const RINGS: Record<string, { devices: number; options: number }> = {
  dial: { devices: 0, options: 2 },
  retrydial: { devices: 3, options: 5 },
  page: { devices: 0, options: 1 },
  originate: { devices: 0, options: 6 },
};

const resolved = (text: string, { dialplan }: Ground, p: Position): string =>
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
function jump(text: string, ground: Ground, from: Position): Landing {
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

/** The guard is asked by the include (dialplan/asterisk/dialwarden.conf), or by an AGI of one's own. */
function asks({ app, args }: Step): Asked | null {
  if (app === 'agi') return /^agi:\/\/[^,]*\/check\b/i.test(args) ? 'told' : null;
  const [, entry] = app === 'gosub' ? (/^\s*dialwarden,(check|ask|hook),1/.exec(args) ?? []) : [];
  return entry === undefined ? null : entry === 'ask' ? 'told' : 'yes';
}

/** Where both sides of a condition lead, and whether the call may pass by. */
function conditional({ app, args }: Step, ground: Ground, p: Position): { to: Landing[]; past: boolean } {
  const { condition, yes, no } = branches(args);
  const sure = app.includes('time') ? null : decided(condition, ground.dialplan);
  // FreePBX's emergency routes pass unasked, as emergency numbers do everywhere.
  const emergency = condition.includes('EMERGENCYROUTE');
  const there = yes === '' || sure === false ? [] : jump(yes, ground, p);
  const elsewhere = no === '' || sure === true ? [] : jump(no, ground, p);
  return {
    to: [emergency ? there.map((to): Position => ({ ...to, asked: 'yes' })) : there, elsewhere],
    past: (yes === '' && sure !== false) || (no === '' && sure !== true),
  };
}

/** Several steps of which any may run, or none. */
function anyOf(texts: readonly string[], step: Step, ground: Ground, p: Position): Moves {
  const inner = texts.filter(Boolean).map((text) => movesOf({ ...step, ...application(text) }, ground, p));
  return {
    go: [following(p, ground), ...inner.flatMap((m) => m.go)],
    call: inner.flatMap((m) => m.call),
    apart: inner.flatMap((m) => m.apart),
    exit: inner.some((m) => m.exit),
    dialled: inner.flatMap((m) => m.dialled),
  };
}

/** What Dial and its like ring; numbers of Local channels are calls of their own. */
function ring({ app, args }: Step, ground: Ground, p: Position): Partial<Moves> {
  const { devices, options } = RINGS[app]!;
  const given = split(resolved(args, ground, p), ',');
  const targets = targetsOf(given[devices] ?? '', ground.phones);
  const second =
    app === 'originate' && given[1]?.trim() === 'exten' ? [`${given[2]},${given[3]},${given[4] || 1}`] : [];
  const places = targets.flatMap((t) => (t.kind === 'local' ? [`${t.context},${t.extension},1`] : []));
  return {
    apart: [...places, ...second].map((place) => jump(place, ground, p)),
    dialled: [{ targets, options: given[options] ?? '' }],
  };
}

/** Steps that go elsewhere; null where the call simply goes on. */
function leading(step: Step, ground: Ground, p: Position): Partial<Moves> | null {
  const { app, args } = step;
  if (app === 'goto') {
    const go = jump(args, ground, p);
    // A jump that cannot be told may lead back to where the Gosub came from.
    return { go: [go], exit: go.length === 0 };
  }
  if (/^gotoif(time)?$/.test(app)) {
    const { to, past } = conditional(step, ground, p);
    return { go: past ? [...to, following(p, ground)] : to };
  }
  if (app === 'gosub') return { go: [], call: [jump(args, ground, p)] };
  if (/^gosubif(time)?$/.test(app)) {
    const { to, past } = conditional(step, ground, p);
    return { go: past ? [following(p, ground)] : [], call: to };
  }
  if (/^macro(exclusive)?$/.test(app)) {
    const [name = '', ...given] = split(args, ',');
    const call = jump(`macro-${name.trim()},s,1(${given.join(',')})`, ground, p);
    // A macro that is missing is passed over.
    return call.length > 0 ? { go: [], call: [call] } : null;
  }
  return ENDS.has(app) ? { go: [], exit: app === 'return' || app === 'macroexit' } : null;
}

/** Applications that let a caller dial anew. */
function listening({ app, args }: Step, ground: Ground, p: Position): Partial<Moves> | null {
  const on = following(p, ground);
  const special = (name: string) => jump(`${name},1`, ground, p);
  if (/^(background|waitexten|backgrounddetect)$/.test(app)) {
    const typed = dialledIn(p.extension.context, ANYTHING, ground, p.asked);
    return { go: [on, typed, special('i'), special('t')] };
  }
  if (app === 'disa') return { go: [dialledIn(split(args, ',')[1]?.trim() || 'disa', ANYTHING, ground, p.asked)] };
  if (app === 'read') return { go: [following({ ...p, free: true }, ground)] };
  return app === 'voicemail' ? { go: [on, special('o'), special('a')] } : null;
}

/** Everywhere a call can go from one step. */
export function movesOf(step: Step, ground: Ground, at: Position): Moves {
  const { app, args } = step;
  const obeyed = at.asked === 'told' && /DW_VERDICT|DW_NUMBER/.test(args);
  const p: Position = obeyed ? { ...at, asked: 'yes' } : at;
  const none: Omit<Moves, 'go'> = { call: [], apart: [], exit: false, dialled: [] };
  const asked = asks(step);
  if (asked !== null) return { ...none, go: [following(p, ground, asked)] };
  if (app === 'execif') {
    const { yes, no } = branches(args);
    return anyOf([yes, no], step, ground, p);
  }
  if (app === 'exec' || app === 'tryexec') return anyOf([args], step, ground, p);
  const moves = leading(step, ground, p) ?? listening(step, ground, p) ?? (RINGS[app] ? ring(step, ground, p) : {});
  return { ...none, go: moves.go ?? [following(p, ground)], ...moves };
}
