import type { ChainLine, LogHead } from '../guard/outbox.ts';
import { type Cell, escaped, htmlPage, htmlTable } from './html.ts';

/** One call as the pack shows it. Times are milliseconds since 1970, money micro-units. */
export interface PackCall {
  at: number;
  uniqueid: string;
  ext: string;
  dialled: string;
  e164: string | null;
  region: string | null;
  verdict: string;
  state: string;
  reasons: { code: string; text: string; evidence: Record<string, string | number> }[];
  billsec: number | null;
  charged: number;
  addr: string | null;
}

export interface PackBlock {
  id: number;
  what: string;
  site: string;
  ext: string;
  prefix: string;
  reason: string;
  by: string;
  at: number;
  lifted_at: number | null;
  lifted_by: string | null;
  done: string | null;
}

/** Everything that goes into a pack. */
export interface PackParts {
  incident: {
    id: number;
    kind: string;
    severity: string;
    site: string;
    ext: string;
    state: string;
    resolution: string | null;
    title: string;
    evidence: Record<string, string | number>;
    opened_at: number;
    closed_at: number | null;
    calls: number;
    stopped: number;
    lost: number;
    saved: number;
  };
  calls: PackCall[];
  blocks: PackBlock[];
  /** Hash before the first of `chain`; '' at the beginning of the log. */
  before: string;
  chain: ChainLine[];
  head: LogHead | null;
  /** Whether the whole log was found as written. */
  intact: boolean;
  timezone: string;
  currency: string;
  version: string;
  at: number;
}

const HOW =
  'Each line of the log is hashed: SHA-256 of the JSON list [incident, at, who, what, why], at in milliseconds since 1970. ' +
  'Its entry in the chain is SHA-256 of the entry before, a line feed, and that hash, all in lower-case hex. Mails sent at the time carry the entry that was the last then.';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const units = (micros: number): number => micros / 1_000_000;

/** The pack as programs read it: times in ISO 8601, money in units of `currency`. */
export function packJson({ incident, calls, blocks, chain, before, head, ...parts }: PackParts): string {
  const { opened_at, closed_at, lost, saved, ...facts } = incident;
  const pack = {
    version: 1,
    writtenAt: iso(parts.at),
    writtenBy: `dialwarden ${parts.version}`,
    timezone: parts.timezone,
    currency: parts.currency,
    incident: { ...facts, openedAt: iso(opened_at), closedAt: iso(closed_at), lost: units(lost), saved: units(saved) },
    calls: calls.map(({ at, charged, ...call }) => ({ at: iso(at), ...call, charged: units(charged) })),
    blocks: blocks.map(({ at, lifted_at, lifted_by, ...block }) => ({
      ...block,
      at: iso(at),
      liftedAt: iso(lifted_at),
      liftedBy: lifted_by,
    })),
    log: { how: HOW, intact: parts.intact, before, lines: chain, head },
  };
  return `${JSON.stringify(pack, null, 1)}\n`;
}

/** The pack as a page to print; `digest` is the SHA-256 of the JSON beside it. */
export function packHtml(parts: PackParts, digest: string): string {
  const { incident, calls, timezone, currency } = parts;
  const time = (at: number | null) => (at === null ? '' : new Date(at).toLocaleString('sv-SE', { timeZone: timezone }));
  const money = (micros: number) => units(micros).toFixed(2);
  const facts: [string, Cell][] = [
    ['What', incident.title],
    ['Who', incident.ext === '' ? `site ${incident.site}` : `extension ${incident.ext}, site ${incident.site}`],
    ['Severity', `${incident.severity} (${incident.kind})`],
    ['Opened', time(incident.opened_at)],
    ['State', incident.resolution ? `${incident.state} as ${incident.resolution}` : incident.state],
    ['Calls', `${incident.calls}, ${incident.stopped} of them stopped before they reached the trunk`],
    ['Cost', `${money(incident.lost)} ${currency}; stopped calls would have cost at least ${money(incident.saved)}`],
    ...Object.entries(incident.evidence).map(([name, value]): [string, Cell] => [`Evidence: ${name}`, value]),
  ];
  const own = parts.chain.flatMap(({ own: line, hash }) => (line ? [{ ...line, hash }] : []));
  const table = (head: string[], rows: Cell[][]) => (rows.length === 0 ? '<p>None.</p>' : htmlTable(head, rows));
  return htmlPage(
    `Incident ${incident.id}: ${incident.title}`,
    `<p>Times are ${escaped(timezone)}. Written ${time(parts.at)} by dialwarden ${escaped(parts.version)}.</p>
${htmlTable(['', ''], facts)}
<h2>Timeline</h2>
${table(
  ['Time', 'Who', 'Did', 'Why'],
  own.map((l) => [time(l.at), l.who, l.what, l.why]),
)}
<h2>Calls</h2>
${table(
  ['Time', 'Extension', 'From', 'Dialled', 'Number', 'Region', 'Verdict', 'Why', 'Seconds', currency],
  calls.map((c) => [
    time(c.at),
    c.ext,
    c.addr,
    c.dialled,
    c.e164,
    c.region,
    `${c.verdict}, ${c.state}`,
    c.reasons.map((r) => r.text).join('; '),
    c.billsec,
    money(c.charged),
  ]),
)}
<h2>Blocks</h2>
${table(
  ['Number', 'Stops', 'Since', 'By', 'Why', 'Lifted', 'By', 'Put right'],
  parts.blocks.map((b) => [b.id, b.what, time(b.at), b.by, b.reason, time(b.lifted_at), b.lifted_by, b.done]),
)}
<h2>Proof</h2>
<p>${HOW} The log was ${parts.intact ? 'checked and is as it was written' : '<strong>changed after it was written</strong>'}.</p>
${table(
  ['Line', 'Entry in the chain'],
  own.map((l) => [`${time(l.at)} ${l.what}`, l.hash]),
)}
<p>Last entry when this was written: ${parts.head ? `line ${parts.head.id}, <code>${parts.head.hash}</code>` : 'none'}.</p>
<p>SHA-256 of incident-${incident.id}.json, which belongs to this page: <code>${digest}</code></p>`,
  );
}
