/** Longest string that is looked at, separators included. */
const LONGEST = 80;
/** Longest that any dialling procedure is: code, carrier, IDD prefix and the 15 digits of E.164. */
const MOST_DIGITS = 32;

// 0049 (0)40, 011 44 (0)20: written this way the number is international, whatever else 00 may mean at a site.
const WRITTEN_INTERNATIONAL = /^(?:00|011|0011)[ -]?([1-9]\d{0,2})[ -]*\( *0 *\)/;
const FULL_WIDTH = /[\uFF0B\uFF10-\uFF19]/g;
// What people type or paste between digits, no-break space and hyphens included.
const SEPARATORS = /[ \-./()\u00A0\u2010-\u2013\u3000]/g;

/** Digits, `*`, `#` and a `+` that begins a number; or why this is no dialled string. */
export type Cleaned = { text: string } | { why: string };

const nameOf = (char: string): string =>
  /[\u0021-\u007e]/.test(char) ? char : `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/** Takes separators out of a dialled string and full-width digits to plain ones. Anything else makes it malformed. */
export function clean(dialled: string): Cleaned {
  if (dialled.length > LONGEST)
    return { why: `The string is ${dialled.length} characters long; no telephone number is longer than ${LONGEST}.` };
  const narrow = dialled.replace(FULL_WIDTH, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
  const text = narrow.replace(/^ +/, '').replace(WRITTEN_INTERNATIONAL, '+$10').replace(SEPARATORS, '');
  if (text === '') return { why: 'Nothing was dialled.' };
  const odd = text.match(/[^0-9*#+]/u);
  if (odd) return { why: `The character ${nameOf(odd[0])} cannot be dialled.` };
  if (!/\d/.test(text)) return { why: 'There is no digit in what was dialled.' };
  const digits = text.replace(/\D/g, '').length;
  if (digits > MOST_DIGITS) return { why: `${digits} digits were dialled; the longest procedure has ${MOST_DIGITS}.` };
  return { text };
}
