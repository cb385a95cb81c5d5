// What a step of the dialplan calls or goes to, read from its data.

/** A way out of the PBX that costs money. */
export interface Trunk {
  /** Gateway, module or host: never the number. */
  name: string;
  /** The part that is dialled there. */
  number: string;
}

/** Applications whose data is kept or printed, never dialled. */
const QUIET = new Set([
  'set',
  'set_global',
  'export',
  'push',
  'unset',
  'log',
  'info',
  'eval',
  'hash',
  'db',
  'event',
  'multiset',
]);

const START = String.raw`(?:^|[,|\]}>\s'":]|:_:)`;
const GATEWAY = new RegExp(`${START}sofia/gateway/([^/,|\\s]+)/([^,|\\s'"]*)`, 'g');
const CARD = new RegExp(`${START}((?:freetdm|openzap|khomp|lcr|h323|opal|gsmopen)/[^,|\\s'"]*)`, 'g');
const PEER = new RegExp(`${START}sofia/[^/,|\\s]+/([^@/,|\\s]+)@([^,|\\s'";]+)`, 'g');
const ROUTED = /\$\{(?:lcr|easyroute)\w*_auto_route\w*\}/;
/** A host that is this PBX itself. */
const OWN = /domain|local_ip|^127\.|^localhost$/;
/** Fewer digits are a service of that host, not a telephone number. */
const NUMBER = /^\+?\d{6,}$|\$\{/;

/** The trunks that a step calls; `data` has its captures and the destination number put in. */
export function trunksOf(application: string, data: string): Trunk[] {
  if (QUIET.has(application)) return [];
  const found: Trunk[] = [...data.matchAll(GATEWAY)].map((m) => ({ name: `gateway ${m[1]}`, number: m[2]! }));
  for (const m of data.matchAll(CARD)) found.push({ name: m[1]!.split('/')[0]!, number: m[1]! });
  for (const m of data.matchAll(PEER))
    if (!OWN.test(m[2]!) && NUMBER.test(m[1]!)) found.push({ name: m[2]!, number: m[1]! });
  if (ROUTED.test(data)) found.push({ name: 'least cost routing', number: data });
  return found;
}

/** Where a call goes on: another number, context or both. */
export interface Target {
  number: string;
  context: string;
}

/** The target of `transfer` or `execute_extension`: `[-bleg|-both] NUMBER [DIALPLAN [CONTEXT]]`; null when it leaves the XML dialplan. */
export function targetOf(data: string, context: string): Target | null {
  // A name such as ${hash(a b)} may hold spaces.
  const words = data.match(/(?:\$\{[^}]*\}|'[^']*'|\S)+/g)?.filter((word) => !word.startsWith('-')) ?? [];
  const [number, dialplan = 'XML', to = context] = words;
  return number && dialplan.toLowerCase() === 'xml' ? { number, context: to } : null;
}

/** Numbers called by `loopback/NUMBER[/CONTEXT[/DIALPLAN]]` endpoints. */
export function loopbacksOf(data: string, context: string): Target[] {
  const all = data.matchAll(/(?:^|[,|\]}>:])loopback\/(?!app=)([^/,|\s]+)(?:\/([^/,|\s]+))?/g);
  return [...all].map((m) => ({ number: m[1]!, context: m[2] ?? context }));
}

/** The variable that `read` or `play_and_get_digits` puts the caller's keys into, or null. */
export function collectedBy(application: string, data: string): string | null {
  const words = data.match(/'[^']*'|\S+/g) ?? [];
  if (application === 'read') return words[3] ?? null;
  return application === 'play_and_get_digits' ? (words[7] ?? null) : null;
}
