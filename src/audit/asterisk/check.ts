import { type Finding, someOf } from '../finding.ts';
import type { Extension } from './dialplan.ts';
import type { Endpoint } from './endpoints.ts';
import type { Pbx } from './pbx.ts';
import { deniesOthers, type Section, settingsOf } from './section.ts';

/** Looks for one family of weaknesses. */
export type Check = (pbx: Pbx) => Finding[];

/** Whether a section, or a list in acl.conf that it names, keeps out every address that it does not permit. */
export function isLimited(section: Section, pbx: Pbx): boolean {
  const named = new Set(settingsOf(section, 'acl'));
  return [section, ...pbx.conf('acl.conf').filter((s) => named.has(s.name))].some(deniesOthers);
}

/** Whether only this machine is permitted, by lists of the section's own. */
export const isLocal = (section: Section, pbx: Pbx): boolean =>
  isLimited(section, pbx) &&
  settingsOf(section, 'acl').length === 0 &&
  settingsOf(section, 'permit').every((network) => /^(127\.|::1(\/|$))/.test(network));

/** Whether strangers or phones can come to a trunk from a context. */
export const reachesTrunk = (pbx: Pbx, context: string): boolean =>
  pbx.walk.enter(context).some((r) => r.free && r.targets.some((t) => t.kind === 'trunk'));

/** How an administrator knows an extension: `[outbound] _0X.`. */
export const nameOf = ({ context, name }: Extension): string => `[${context}] ${name}`;

/** One finding for all endpoints that have the same fault, at the first of them. `words` gets their names. */
export function together(
  endpoints: readonly Endpoint[],
  subject: string,
  words: (names: string) => Omit<Finding, 'file' | 'line' | 'subject'>,
): Finding[] {
  const first = endpoints[0];
  if (!first) return [];
  const { file, line } = first.section;
  return [{ ...words(someOf(endpoints.map((e) => e.name))), file, line, subject }];
}

/** Places from which on a fault is counted, not listed. */
const SOME = 20;

/** The same fault in many places is told of for the first, with their number. */
export function atMost(findings: Finding[]): Finding[] {
  if (findings.length <= SOME) return findings;
  const first = findings[0]!;
  const members = findings.map((f) => f.subject);
  const where = someOf(members);
  return [
    { ...first, subject: 'dialplan', members, text: `${first.text} The same in ${findings.length} places: ${where}.` },
  ];
}
