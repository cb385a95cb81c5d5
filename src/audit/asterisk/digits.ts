/**
 * The numbers that an extension stands for: one set of characters a position (null: any), and whether more may follow. `_X.` is
 * `0123456789`, any, and more; `112` has three positions of one character each.
 */
export interface Digits {
  cells: (string | null)[];
  open: boolean;
}

/** Anything at all. */
export const ANYTHING: Digits = { cells: [], open: true };

/** Free positions from which on a number is the caller's choice: fewer reach a row of extensions, not a country. */
const CHOICE = 5;

const WILD: Record<string, string> = { X: '0123456789', Z: '123456789', N: '23456789' };

function classOf(body: string): string {
  let chars = '';
  for (let i = 0; i < body.length; i++) {
    if (body[i + 1] === '-' && i + 2 < body.length) {
      for (let c = body.charCodeAt(i); c <= body.charCodeAt(i + 2) && chars.length < 256; c++)
        chars += String.fromCharCode(c);
      i += 2;
    } else chars += body[i];
  }
  return chars;
}

/** The numbers of an extension as written, `_` in front of a pattern. */
export function digitsOf(extension: string): Digits {
  if (!extension.startsWith('_')) return { cells: [...extension], open: false };
  const cells: (string | null)[] = [];
  const body = extension.slice(1).replace(/[- ](?![^[]*\])/g, '');
  for (let i = 0; i < body.length; i++) {
    const c = body[i]!;
    if (c === '!') return { cells, open: true };
    if (c === '.') return { cells: [...cells, null], open: true };
    const end = c === '[' ? body.indexOf(']', i) : -1;
    if (end !== -1) cells.push(classOf(body.slice(i + 1, end)));
    else cells.push(WILD[c.toUpperCase()] ?? c);
    if (end !== -1) i = end;
  }
  return { cells, open: false };
}

/** The characters that are in both cells. */
function common(a: string | null, b: string | null): string | null {
  if (a === null || a === b) return b;
  return b === null ? a : [...a].filter((c) => b.includes(c)).join('');
}

/** The numbers that are in both; null where there are none. */
export function both(a: Digits, b: Digits): Digits | null {
  const [long, short] = a.cells.length >= b.cells.length ? [a, b] : [b, a];
  if (long.cells.length > short.cells.length && !short.open) return null;
  const cells = long.cells.map((cell, i) => common(cell, short.cells[i] ?? null));
  return cells.includes('') ? null : { cells, open: long.open && short.open };
}

/** Whether whoever dials them chooses where the call goes. */
export const isFree = ({ cells, open }: Digits): boolean =>
  open || cells.filter((cell) => cell === null || cell.length > 1).length >= CHOICE;

/** The single number that they are; null where they are several. */
export const only = ({ cells, open }: Digits): string | null =>
  !open && cells.every((cell) => cell?.length === 1) ? cells.join('') : null;

/** What `${EXTEN:offset:length}` leaves. */
export function slice({ cells, open }: Digits, offset: number, length: number | null): Digits {
  if (offset < 0 || (length !== null && length < 0)) return open ? ANYTHING : { cells: cells.slice(offset), open };
  const rest = cells.slice(offset);
  if (length === null) return { cells: rest, open };
  return { cells: rest.slice(0, length), open: open && rest.length < length };
}

export const joined = (parts: readonly Digits[]): Digits => {
  const opened = parts.findIndex((part) => part.open);
  const known = opened === -1 ? parts : parts.slice(0, opened + 1);
  return { cells: known.flatMap((part) => part.cells), open: opened !== -1 };
};

const keys = new WeakMap<Digits, string>();

/** For maps. */
export function keyOf(digits: Digits): string {
  const known = keys.get(digits);
  if (known !== undefined) return known;
  const key = `${digits.cells.map((cell) => cell ?? '?').join('|')}${digits.open ? '.' : ''}`;
  keys.set(digits, key);
  return key;
}
