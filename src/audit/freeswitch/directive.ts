/** What one line is to the pre-processor. */
export interface Parsed {
  /** What of the line goes on to the XML parser. */
  text: string;
  directive: { command: string; data: string } | null;
  /** A `<!--#` comment goes on in the next line. */
  open: boolean;
}

const DROPPED: Parsed = { text: '', directive: null, open: false };

/** What stands in quotes behind `name=`, and where it ends. */
function quoted(line: string, name: string, from: number): { text: string; end: number } | null {
  let at = from;
  for (const next of [name, '=', '"']) {
    const found = line.toLowerCase().indexOf(next, at);
    if (found === -1) return null;
    at = found + next.length;
  }
  const end = line.indexOf('"', at);
  return end === -1 ? null : { text: line.slice(at, end), end: end + 1 };
}

/** `<X-PRE-PROCESS cmd="..." data="..."/>`: the whole line is taken, and it counts inside a comment as well. */
function xPreProcess(line: string, at: number): Parsed {
  if (line[at - 1] !== '<') return DROPPED;
  const command = quoted(line, 'cmd', at);
  const data = command && quoted(line, 'data', command.end);
  return data ? { ...DROPPED, directive: { command: command.text.toLowerCase(), data: data.text } } : DROPPED;
}

/** `<!--#include "..."-->`: the older form. What stands around it stays. */
function commentForm(line: string, at: number): Parsed {
  const end = line.indexOf('-->', at);
  const inner = line.slice(at + 5, end < 0 ? undefined : end).replace(/[\r\n].*/s, '');
  const space = inner.indexOf(' ');
  const argument = inner.slice(space + 1);
  const data = /"([^"]*)"/.exec(argument)?.[1] ?? argument.trim();
  return {
    text: line.slice(0, at) + (end < 0 ? '' : line.slice(end + 3)),
    directive: space < 0 ? null : { command: inner.slice(0, space).toLowerCase(), data },
    open: end < 0,
  };
}

/**
 * What FreeSWITCH's pre-processor makes of one line, variables already put in. `open` says that a `<!--#` comment began on
 * an earlier line. Lines with `<include>`, `</include>` or `<?` are dropped whole.
 */
export function parseDirective(line: string, open: boolean): Parsed {
  if (line.includes('<include>') || line.includes('</include>') || line.includes('<?')) return { ...DROPPED, open };
  let rest = line;
  if (open) {
    const end = line.indexOf('-->');
    if (end < 0) return { ...DROPPED, open };
    rest = line.slice(end + 3);
  }
  const at = rest.toLowerCase().indexOf('x-pre-process');
  if (at >= 0) return xPreProcess(rest, at);
  const comment = rest.indexOf('<!--#');
  return comment >= 0 ? commentForm(rest, comment) : { text: rest, directive: null, open: false };
}
