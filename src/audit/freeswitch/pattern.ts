// Dialplan expressions are PCRE. The audit tries them on sample numbers, so what JavaScript does not share is put into its
// words, and what neither shares, or could take for ever, counts as "may match".

/** Parts of varying length in an expression: the time that a hostile one takes grows by a power for each. */
const MAX_VARYING = 4;

/** Whether an expression could take for ever: repeated groups that vary inside, or many varying parts. */
function isSlow(expression: string): boolean {
  const plain = expression.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const varies: boolean[] = [false];
  let varying = 0;
  for (let i = 0; i < plain.length; i++) {
    const c = plain[i]!;
    const inner = c === ')' && varies.length > 1 ? varies.pop()! : false;
    const repeats = /^(?:[*+]|\{\d+,\d*\})/.test(plain.slice(i + 1, i + 8));
    if (inner && repeats) return true;
    if (c === '(') varies.push(false);
    else if (repeats || inner || c === '|') varies[varies.length - 1] = true;
    if (repeats || (plain[i + 1] === '?' && c !== '(')) varying++;
  }
  return varying > MAX_VARYING;
}

const MAX_SOURCE = 2_000;

const cache = new Map<string, RegExp | null>();

function compile(expression: string): RegExp | null {
  if (expression.length > MAX_SOURCE || isSlow(expression)) return null;
  const flags = expression.startsWith('(?i)') ? 'i' : '';
  const source = expression
    .replace(/^\(\?i\)/, '')
    .replace(/\\[zZ]/g, '$')
    .replace(/\\A/g, '^')
    .replace(/\(\?P</g, '(?<')
    .replace(/([*+?}])\+/g, '$1');
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}

/** What a dialplan expression stands for; null when the audit cannot tell. Literal `/.../flags` are taken as FreeSWITCH does. */
export function pattern(expression: string): RegExp | null {
  let found = cache.get(expression);
  if (found === undefined) {
    const slashed = /^\/(.*)\/([a-z]*)$/s.exec(expression);
    found = compile(slashed ? (slashed[2]!.includes('i') ? '(?i)' : '') + slashed[1]! : expression);
    if (cache.size > 10_000) cache.clear();
    cache.set(expression, found);
  }
  return found;
}

interface Reader {
  source: string;
  at: number;
  /** How often a repeated part is repeated, at least. */
  times: number;
}

/** One text of `[...]`, `\d`, `.` or a literal; '' for anchors and look-arounds. */
function atom(r: Reader): string {
  const c = r.source[r.at++]!;
  if (c === '(') return group(r);
  if (c === '[') return charClass(r);
  if (c === '\\') return escaped(r.source[r.at++] ?? '');
  if (c === '^' || c === '$') return '';
  return c === '.' ? '5' : c;
}

const escaped = (c: string): string => (c === 'd' || c === 'w' ? '5' : /[sSbBzZAD]/.test(c) ? '' : c);

function charClass(r: Reader): string {
  const end = r.source.indexOf(']', r.at + 1);
  const inside = r.source.slice(r.at, end < 0 ? undefined : end);
  r.at = end < 0 ? r.source.length : end + 1;
  const tester = pattern(`^[${inside}]$`);
  return [...'5210379468*#+a'].find((c) => tester?.test(c)) ?? '';
}

function group(r: Reader): string {
  const look = /^\?(?:[=!]|<[=!])/.test(r.source.slice(r.at));
  const head = /^\?(?:[:=!]|<[=!]|P?<\w+>|i\))/.exec(r.source.slice(r.at));
  if (head) r.at += head[0].length;
  if (head?.[0] === '?i)') return '';
  const inside = alternatives(r)[0] ?? '';
  r.at++;
  return look ? '' : inside;
}

function repeated(r: Reader): string {
  const one = atom(r);
  const found = /^(?:([*+?])|\{(\d+)(?:,(\d*))?\})[?+]?/.exec(r.source.slice(r.at));
  if (!found) return one;
  r.at += found[0].length;
  const least = found[2] ? Number(found[2]) : found[1] === '+' ? 1 : 0;
  const most = found[1] === '?' ? 1 : found[2] && found[3] === undefined ? least : Number(found[3] || 64);
  return one.repeat(Math.min(Math.max(least, r.times), most, 64));
}

function alternatives(r: Reader): string[] {
  const all: string[] = [];
  let text = '';
  while (r.at < r.source.length && r.source[r.at] !== ')') {
    if (r.source[r.at] === '|') {
      all.push(text);
      text = '';
      r.at++;
    } else text += repeated(r);
  }
  return [...all, text];
}

/** Numbers that an expression matches: a short and a long one for each of its alternatives. */
export function samplesOf(expression: string): string[] {
  const found = pattern(expression);
  if (!found) return [];
  const made = [0, 9].flatMap((times) => alternatives({ source: expression, at: 0, times }));
  return [...new Set(made)].filter((sample) => sample.length > 0 && sample.length <= 32 && found.test(sample));
}
