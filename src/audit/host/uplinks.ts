import { join } from 'node:path';
import { readText } from '../read-text.ts';
import type { Family } from './ruleset.ts';

/** One route: where to, and by which interface. */
interface Route {
  isDefault: boolean;
  /** It reaches no further than the cable. */
  isNear: boolean;
  by: string;
}

/** /proc/net/route (proc_pid_net(5)): interface, destination, gateway, flags, 3 counts, mask. */
function route4(line: string): Route {
  const [by = '', to, , , , , , mask] = line.split(/\s+/);
  return { isDefault: to === '00000000' && mask === '00000000', isNear: false, by };
}

/** /proc/net/ipv6_route: destination and its prefix length in hexadecimal, ..., interface. Link-local and multicast (RFC 4291 section 2.4) lead nowhere else. */
function route6(line: string): Route {
  const words = line.split(/\s+/);
  const [to = '', length] = words;
  return { isDefault: /^0{32}$/.test(to) && length === '00', isNear: /^(fe[89ab]|ff)/.test(to), by: words.at(-1)! };
}

function leading(file: string, heading: number, read: (line: string) => Route): (string | null)[] {
  const got = readText(file);
  if (!('text' in got)) return [null];
  const lines = got.text
    .split('\n')
    .slice(heading)
    .map((line) => line.trim());
  const routes = lines
    .filter((line) => line !== '')
    .map(read)
    .filter(({ by }) => by !== 'lo');
  const out = routes.filter((route) => route.isDefault);
  return [...new Set((out.length > 0 ? out : routes.filter((route) => !route.isNear)).map(({ by }) => by))];
}

/**
 * The interfaces by which strangers come, for each IP version: those of the default routes of `/proc`, else all that lead
 * further than the cable. None: nobody comes that way. Null for one whose name is not known.
 */
export const uplinks = (proc: string): Record<Family, readonly (string | null)[]> => ({
  4: leading(join(proc, 'net/route'), 1, route4),
  6: leading(join(proc, 'net/ipv6_route'), 0, route6),
});
