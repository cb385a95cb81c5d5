/** The request is not one this adapter answers. The message is fit for a log: it holds names, never values. */
export class BadRequest extends Error {
  override name = 'BadRequest';
}

/** A name as it may be shown in a log: what a caller could have written is cut and made printable. */
const shown = (text: string): string => text.slice(0, 32).replace(/[^\x20-\x7e]/g, '?');

/**
 * Reads `name=value` arguments. An unknown name, a name twice or an argument without `=` is a BadRequest: what the
 * dialplan meant to say about a call must not be dropped in silence.
 */
export function namedArguments<Name extends string>(
  args: string[],
  known: readonly Name[],
): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const arg of args) {
    const cut = arg.indexOf('=');
    const name = known.find((n) => n === arg.slice(0, Math.max(0, cut)));
    if (name === undefined) throw new BadRequest(`unknown argument "${shown(arg.split('=', 1)[0] ?? '')}"`);
    if (name in found) throw new BadRequest(`argument "${name}" twice`);
    found[name] = arg.slice(cut + 1);
  }
  return found;
}
