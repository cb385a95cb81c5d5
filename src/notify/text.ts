import type { Claim, LogHead, MessageKind, Notice } from '../guard/outbox.ts';

type Incident = Notice['incident'];

/** What a message says beside the incident itself. */
export interface TextContext {
  /** Time zone and currency of a site. */
  place: (site: string) => { timezone: string; currency: string };
  /** A link that lifts a block, where there is one. */
  link: (block: number) => string | null;
}

export interface Text {
  subject: string;
  text: string;
}

/** Incidents told in full in one message; of the others their line. */
const IN_FULL = 10;

const NEWS: Record<MessageKind, string> = {
  first: 'new',
  escalation: 'has become graver',
  digest: 'goes on',
  closed: 'closed',
};

/** What a caller or a phone could have written must not break lines or steer a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const plain = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ');

const money = (micros: number): string => (micros / 1_000_000).toFixed(2);
export const who = ({ ext, site }: Pick<Incident, 'ext' | 'site'>): string =>
  plain(ext !== '' ? `extension ${ext}` : site === '' ? 'the PBX' : `site ${site}`);

/** An incident's part of the subject: it never changes, so that mail programs keep its thread together. */
const subjectOf = (incident: Incident): string =>
  plain(`Incident ${incident.id}, ${who(incident)}: ${incident.subject}`);

/** The gravest of several pieces of news on one incident, and the order in which they are told. */
const RANK: MessageKind[] = ['digest', 'first', 'escalation', 'closed'];

/** One line an incident: its latest and gravest news. */
export function newsOf(notices: readonly Notice[]): { incident: Incident; kind: MessageKind }[] {
  const found = new Map<number, { incident: Incident; kind: MessageKind }>();
  for (const { incident, kind } of notices) {
    const known = found.get(incident.id);
    if (!known || RANK.indexOf(kind) > RANK.indexOf(known.kind)) found.set(incident.id, { incident, kind });
  }
  return [...found.values()];
}

function blockLines({ block, ext, site }: Incident, link: TextContext['link']): string[] {
  if (block === null) return [];
  const url = link(block);
  return [
    `Block ${block} stops its international and costly calls. Once the cause is put right, lift it:`,
    `  dialwarden unblock ${plain(ext === '' ? `--site ${site}` : ext)} --done password,firewall,device`,
    ...(url === null ? [] : [`or with this link, once: ${url}`]),
    '',
  ];
}

function section({ incident, kind }: { incident: Incident; kind: MessageKind }, context: TextContext): string[] {
  const { timezone, currency } = context.place(incident.site);
  const time = (at: number) => new Date(at).toLocaleString('sv-SE', { timeZone: timezone });
  const { code, ...evidence } = incident.evidence;
  const proof = Object.entries(evidence).map(([name, value]) => `${name} ${plain(String(value))}`);
  const end = incident.resolution ? `${incident.state} as ${plain(incident.resolution)}` : incident.state;
  return [
    `Incident ${incident.id} ${NEWS[kind]}: ${plain(incident.title)}`,
    `  severity   ${incident.severity}`,
    `  who        ${who(incident)}${incident.ext === '' ? '' : `, site ${plain(incident.site)}`}`,
    `  since      ${time(incident.openedAt)}, last ${time(incident.updatedAt)} (${timezone})`,
    `  calls      ${incident.calls}, ${incident.stopped} of them stopped`,
    `  cost       ${money(incident.lost)} ${currency}; stopped calls would have cost at least ${money(incident.saved)}`,
    `  state      ${end}`,
    `  last       ${time(incident.last.at)} ${plain([incident.last.who, incident.last.what, incident.last.why].join(' '))}`,
    `  evidence   ${[code, ...proof].join(', ')}`,
    '',
    ...blockLines(incident, context.link),
  ];
}

/** Goes under every message: what makes a forged or shortened log show. */
const headLine = (head: LogHead): string =>
  `Log of incidents up to line ${head.id}: SHA-256 ${head.hash}. Keep this message: it proves what the log said.`;

/** A message as a person reads it. */
export function render({ notices, head }: Claim, context: TextContext): Text {
  const news = newsOf(notices);
  const first = news[0]!;
  const subject = news.length === 1 ? subjectOf(first.incident) : `${news.length} incidents`;
  const told = news.slice(0, IN_FULL).flatMap((n) => section(n, context));
  const more = news.slice(IN_FULL).map(({ incident, kind }) => `${subjectOf(incident)} (${NEWS[kind]})`);
  const lines = [
    ...told,
    ...more,
    ...(more.length > 0 ? [''] : []),
    `More: dialwarden incidents show ${first.incident.id}`,
    ...(head ? [headLine(head)] : []),
  ];
  return { subject: subject.slice(0, 200), text: `${lines.join('\n')}\n` };
}
