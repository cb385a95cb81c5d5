import { application, type Step, split } from './dialplan.ts';
import { ANYTHING } from './digits.ts';
import { branches, decided } from './expression.ts';
import {
  type Asked,
  dialledIn,
  following,
  type Ground,
  jump,
  type Landing,
  type Position,
  resolved,
} from './landing.ts';
import { type Target, targetsOf } from './targets.ts';

/** One Dial with what stands in its variables as far as the files say. */
export interface Dialled {
  targets: Target[];
  options: string;
}

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

const ENDS = new Set(['hangup', 'congestion', 'busy', 'macroexit', 'return', 'transfer']);
/** Applications that ring something, and which of their arguments are the devices and the options. */
const RINGS: Record<string, { devices: number; options: number }> = {
  dial: { devices: 0, options: 2 },
  retrydial: { devices: 3, options: 5 },
  page: { devices: 0, options: 1 },
  originate: { devices: 0, options: 6 },
};

/** The entry of the include (dialplan/asterisk/dialwarden.conf) by which a step asks the guard; each refuses what is no number. */
export const guardEntry = ({ app, args }: Step): string | undefined =>
  app === 'gosub' ? /^\s*dialwarden,(check|ask|hook),1/.exec(args)?.[1] : undefined;

/** The guard is asked by the include, or by an AGI of one's own. */
function asks(step: Step): Asked | null {
  if (step.app === 'agi') return /^agi:\/\/[^,]*\/check\b/i.test(step.args) ? 'told' : null;
  const entry = guardEntry(step);
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
