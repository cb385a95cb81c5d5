import { clean } from './clean.ts';
import type { Plan } from './plan.ts';
import { readAs } from './read.ts';
import type { Reading, SitePlan } from './reading.ts';
import { type Site, siteOf } from './site.ts';

/** What the caller may have meant: a valid number of the site's own country, one slip away from what was dialled. */
export interface MisdialCandidate {
  /** The slip, as a phrase for a person. */
  edit: string;
  meant: Extract<Reading, { kind: 'national' | 'international' }>;
}

type Slip = [edit: string, corrected: string];

/** The international prefix that `digits` begin with: the plan's longest match, or a plain 00. */
function iddOf(plan: Plan, digits: string): string | null {
  const prefix = plan.idd?.exec(digits)?.[0];
  if (prefix) return prefix;
  return digits.startsWith('00') ? '00' : null;
}

/** Slips where the number was put into international form. `rest` follows the prefix. */
function internationalSlips(plan: Plan, rest: string, prefix: string): Slip[] {
  const trunk = plan.trunk ?? '';
  const slips: Slip[] = [
    [prefix === '+' ? 'a + before a national number' : `${prefix} for the trunk prefix`, trunk + rest],
    [prefix === '+' ? 'a + before a national number' : `${prefix} before a national number`, rest],
  ];
  if (rest.startsWith(plan.code + plan.code)) slips.push(['country code twice', `+${rest.slice(plan.code.length)}`]);
  const again = new RegExp(`^${plan.code}(?:00|011|0011)${plan.code}`).exec(rest)?.[0];
  if (again) slips.push(['international prefix and country code twice', `+${plan.code}${rest.slice(again.length)}`]);
  return slips;
}

function nationalSlips(plan: Plan, digits: string): Slip[] {
  const slips: Slip[] = [];
  const { trunk, code } = plan;
  if (trunk) {
    if (digits.startsWith(trunk + trunk)) slips.push(['trunk prefix twice', digits.slice(trunk.length)]);
    if (digits.startsWith(trunk + code))
      slips.push(['trunk prefix for the international prefix', `+${digits.slice(trunk.length)}`]);
    slips.push(['trunk prefix lost', trunk + digits]);
  }
  if (/^0[1-9]/.test(digits) && trunk !== '0') slips.push(['one 0 too many', digits.slice(1)]);
  return slips;
}

function slipsOf(site: Site, plan: Plan, text: string): Slip[] {
  if (text.startsWith('+')) return internationalSlips(plan, text.slice(1), '+');
  const slips: Slip[] = text.startsWith('00') ? [['one 0 too many', text.slice(1)]] : [];
  const idd = iddOf(plan, text);
  if (idd) slips.push(...internationalSlips(plan, text.slice(idd.length), idd));
  slips.push(...nationalSlips(plan, text));
  const { outsideLine } = site;
  if (outsideLine && text.startsWith(outsideLine)) slips.push(['outside line twice', text.slice(outsideLine.length)]);
  return slips;
}

/** The forms of what was dialled that a slip may be in: whole, and without the outside line or a code in front. */
function forms(site: Site, text: string): string[] {
  const behind = [text];
  const { outsideLine } = site;
  if (outsideLine && text.startsWith(outsideLine)) behind.unshift(text.slice(outsideLine.length));
  return behind.map((form) => {
    const codes = /^[*#]/.test(form) ? site.starCodes : site.digitCodes.filter(({ kind }) => kind === 'line');
    return codes.map(({ pattern }) => pattern.exec(form)?.groups?.rest).find(Boolean) ?? form;
  });
}

/** Nobody dials a carrier's code by a slip of the finger. */
const isCode = (step: string): boolean => /^(carrier|call-by-call|caller ID)/.test(step);

/**
 * One-slip readings of a dialled string whose literal `reading` is a number abroad or an invalid one: a 0 too many, the
 * international prefix for the trunk prefix and back, a lost or doubled prefix, a + before a national number. Only valid
 * numbers of the site's own country, each once; none where the literal reading is one itself, or the country is unknown.
 * The slips are those of the regulators' misdial notices (BNetzA on 00261 and 00231; Ofcom on 00 and 0).
 */
export function misdialCandidates(dialled: string, reading: Reading, site: SitePlan): MisdialCandidate[] {
  if (reading.kind !== 'international' && (reading.kind !== 'national' || reading.valid)) return [];
  const at = siteOf(site);
  const cleaned = clean(dialled);
  if (!at.plan || 'why' in cleaned) return [];
  const found = new Map<string, MisdialCandidate>();
  for (const form of forms(at, cleaned.text))
    for (const [edit, corrected] of slipsOf(at, at.plan, form)) {
      const meant = corrected === '' ? null : readAs(corrected, site, false);
      if (meant?.kind !== 'national' || !meant.valid || meant.path.some(isCode)) continue;
      if (!found.has(meant.e164)) found.set(meant.e164, { edit, meant });
    }
  return [...found.values()];
}
