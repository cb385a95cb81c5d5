/**
 * The regular expressions of libphonenumber's metadata as automata. They use digits, `\d`, classes, groups, `|`, `?` and
 * `{n}`, `{n,}`, `{n,m}`; anything else is refused.
 */
type Node =
  | { kind: 'digits'; set: number }
  | { kind: 'sequence' | 'choice'; parts: Node[] }
  | { kind: 'repeat'; part: Node; min: number; max: number };

const ANY = 0b11_1111_1111;
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

/** Compiles patterns into one automaton; `accept` in the result is the state in which this pattern has matched. */
export function compiler(): (source: string) => { entry: State[]; accept: State } {
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
  return (source) => {
    const accept: State = { id: id++, set: 0, next: [] };
    return { entry: enter(parse(source), [accept]), accept };
  };
}

/** The states reached from `states` by one digit, ordered and without repetition. */
export function step(states: readonly State[], digit: number): State[] {
  const reached = new Set(states.filter((state) => state.set & (1 << digit)).flatMap((state) => state.next));
  return [...reached].sort((a, b) => a.id - b.id);
}
