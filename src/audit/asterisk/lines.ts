/** One line of a configuration file without its comments and outer blanks; empty lines are left out. */
export interface Line {
  text: string;
  line: number;
}

/** Asterisk reads lines into a buffer of this size (main/config.c, process_text_line's caller). */
const MAX_LINE = 8191;

interface Scan {
  /** Depth of `;--` blocks. */
  depth: number;
  kept: string;
}

/** Takes the comments out of one line as Asterisk does: `;` to the end, `;--` to `--;` over lines, `\;` stands for itself. */
function strip(raw: string, scan: Scan): void {
  scan.kept = '';
  for (let i = 0; i < raw.length; ) {
    if (scan.depth > 0) {
      const [close, open] = [raw.indexOf('--;', i), raw.indexOf(';--', i)];
      if (open !== -1 && (close === -1 || open < close - 2)) {
        scan.depth++;
        i = open + 3;
      } else if (close === -1) return;
      else {
        scan.depth--;
        i = close + 3;
      }
      continue;
    }
    const at = raw.indexOf(';', i);
    if (at === -1) {
      scan.kept += raw.slice(i);
      return;
    }
    if (raw[at - 1] === '\\') {
      scan.kept += `${raw.slice(i, at - 1)};`;
      i = at + 1;
    } else {
      scan.kept += raw.slice(i, at);
      if (!raw.startsWith(';--', at) || raw[at + 3] === '-') return;
      scan.depth = 1;
      i = at + 3;
    }
  }
}

/** The lines of a text. `overlong` gets the number of each line that Asterisk would cut. */
export function* linesOf(text: string, overlong: (line: number) => void): Generator<Line> {
  const scan: Scan = { depth: 0, kept: '' };
  let number = 0;
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf('\n', from);
    const stop = end === -1 ? text.length : end;
    number++;
    if (stop - from > MAX_LINE) overlong(number);
    strip(text.slice(from, Math.min(stop, from + MAX_LINE)), scan);
    const kept = scan.kept.trim();
    if (kept !== '') yield { text: kept, line: number };
    from = stop + 1;
  }
}
