/**
 * The regular expressions of libphonenumber's metadata as automata. They use digits, `\d`, classes, groups, `|`, `?` and
 * `{n}`, `{n,}`, `{n,m}`; anything else is refused.
 */
type Node =
  | { kind: 'digits'; set: number }
  | { kind: 'sequence' | 'choice'; parts: Node[] }
  | { kind: 'repeat'; part: Node; min: number; max: number };

const ANY = 0b11_1111_1111;
const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** No number is longer (E.164), so `{n,}` may end there. */
const LONGEST = 15;

/** Syntax tree of `source`. @throws SyntaxError at the first character that it does not know. */
function parse(source: string): Node {
  let at = 0;
  const fail = (): never => {
    throw new SyntaxError(`cannot read ${source} at ${at}`);
  };
  const choice = (): Node => {
    const parts = [sequence()];
    while (source[at] === '|') {
      at++;
      parts.push(sequence());
    }
    return { kind: 'choice', parts };
  };
  const sequence = (): Node => {
    const parts: Node[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(atom()));
    return { kind: 'sequence', parts };
  };
  const atom = (): Node => {
    const token = /^(?:\d|\\d|\[[-\d]+\]|\(\?:|\()/.exec(source.slice(at))?.[0] ?? fail();
    at += token.length;
    if (!token.startsWith('(')) return { kind: 'digits', set: digitSet(token) };
    const inner = choice();
    if (source[at++] !== ')') fail();
    return inner;
  };
  const repeated = (part: Node): Node => {
    const token = /^(?:\?|\{(\d+)(,(\d*))?\})/.exec(source.slice(at));
    if (!token) return part;
    at += token[0].length;
    if (token[0] === '?') return { kind: 'repeat', part, min: 0, max: 1 };
    const min = Number(token[1]);
    return { kind: 'repeat', part, min, max: token[2] ? Number(token[3] || LONGEST) : min };
  };
  const tree = choice();
  return at === source.length ? tree : fail();
}

/** The digits that `7`, `\d` or `[2-57]` allow, as bits. */
function digitSet(token: string): number {
  if (token === '\\d') return ANY;
  let set = 0;
  for (const [, from, to] of token.matchAll(/(\d)(?:-(\d))?/g)) {
    for (let digit = Number(from); digit <= Number(to ?? from); digit++) set |= 1 << digit;
  }
  return set;
}

/** A state of an automaton: the digits it reads and where they lead, or (`set` 0) the end of a pattern. */
export interface State {
  id: number;
  set: number;
  next: State[];
}

/**
 * Compiles patterns into one automaton; `accept` in the result is the state in which this pattern has matched. With `then`
 * it goes on in those states instead.
 */
export function compiler(): (source: string, then?: State[]) => { entry: State[]; accept: State } {
  let id = 0;
  const enter = (node: Node, then: State[]): State[] => {
    switch (node.kind) {
      case 'digits':
        return [{ id: id++, set: node.set, next: then }];
      case 'choice':
        return [...new Set(node.parts.flatMap((part) => enter(part, then)))];
      case 'sequence':
        return node.parts.reduceRight((rest, part) => enter(part, rest), then);
      case 'repeat': {
        let rest = then;
        for (let i = node.max; i > 0; i--)
          rest = [...new Set([...enter(node.part, rest), ...(i > node.min ? then : [])])];
        return rest;
      }
    }
  };
  return (source, then) => {
    const accept: State = { id: id++, set: 0, next: [] };
    return { entry: enter(parse(source), then ?? [accept]), accept };
  };
}

/** The states reached from `states` by one digit, ordered and without repetition. */
export function step(states: readonly State[], digit: number): State[] {
  const reached = new Set(states.filter((state) => state.set & (1 << digit)).flatMap((state) => state.next));
  return [...reached].sort((a, b) => a.id - b.id);
}

/** The states reached from `states` by all of `digits`. */
export const walked = (states: State[], digits: string): State[] =>
  [...digits].reduce((from, digit) => step(from, Number(digit)), states);

/** Where a language stands after some digits. */
export interface Place {
  /** Whether exactly `left` more digits can end it. */
  canEnd(left: number): boolean;
  after(digit: number): Place;
}

/** What `entry` reads, made deterministic as far as it is looked at. */
export function languageOf(entry: readonly State[]): Place {
  const places = new Map<string, Place>();
  const known = new Map<State, number>();
  // States of several compilers may have one `id`.
  const names = new Map<State, number>();
  const name = (state: State): number => {
    if (!names.has(state)) names.set(state, names.size);
    return names.get(state)!;
  };
  // After how many digits a state can lead to the end: bit 0 for none, bit 1 for one.
  const ends = (state: State): number => {
    const seen = known.get(state);
    if (seen !== undefined) return seen;
    const bits = state.set === 0 ? 1 : union(state.next) << 1;
    known.set(state, bits);
    return bits;
  };
  const union = (states: readonly State[]): number => states.reduce((bits, state) => bits | ends(state), 0);
  const place = (states: readonly State[]): Place => {
    const key = states.map(name).sort().join();
    const seen = places.get(key);
    if (seen) return seen;
    const bits = union(states);
    const next: Place[] = [];
    const made: Place = {
      canEnd: (left) => ((bits >>> left) & 1) === 1,
      after: (digit) => (next[digit] ??= place(step(states, digit))),
    };
    places.set(key, made);
    return made;
  };
  return place(entry);
}

/** `left` digits that end a language from `place` on, which has to have such; `below(n)` chooses from 0 to n - 1. */
export function drawn(place: Place, left: number, below: (n: number) => number): string {
  let digits = '';
  for (let at = place; digits.length < left; ) {
    const open = DIGITS.filter((digit) => at.after(digit).canEnd(left - digits.length - 1));
    const digit = open[below(open.length)]!;
    digits += digit;
    at = at.after(digit);
  }
  return digits;
}

/** All strings of `left` digits that end a language from `place` on. */
export function allOf(place: Place, left: number): string[] {
  if (!place.canEnd(left)) return [];
  return left === 0 ? [''] : DIGITS.flatMap((digit) => allOf(place.after(digit), left - 1).map((rest) => digit + rest));
}
