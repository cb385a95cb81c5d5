import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { regionName } from '../core/numbering/plan.ts';
import type { LearnedMisdial } from '../store/sqlite/misdials.ts';

/** Misdials of a span of time that were dialled again rightly, by the way they took. */
export interface MisdialSummary {
  total: number;
  /** The most frequent first. `from`: the area that was meant; `to`: where the call would have gone. */
  ways: { from: string; to: string; edit: string; times: number }[];
}

/** The area of a number as its country writes it: country code and area code (`+44 24`). */
function areaOf(e164: string): string {
  const [code = e164, area = ''] = parsePhoneNumberFromString(e164)?.formatInternational().split(/[ -]/) ?? [];
  return `${code} ${area}`.trim();
}

export function misdialSummary(misdials: readonly LearnedMisdial[]): MisdialSummary {
  const ways = new Map<string, MisdialSummary['ways'][number]>();
  for (const { edit, meant, region } of misdials) {
    const way = { from: areaOf(meant), to: region === '' ? 'no number' : regionName(region), edit, times: 0 };
    const key = `${way.from}/${way.to}/${edit}`;
    ways.set(key, { ...way, times: (ways.get(key)?.times ?? 0) + 1 });
  }
  return { total: misdials.length, ways: [...ways.values()].sort((a, b) => b.times - a.times) };
}

/** "14 misdials, dialled again rightly within two minutes; 9 of them +44 24 to Ascension Island" */
export function misdialSentence({ total, ways: [first] }: MisdialSummary): string {
  const count = `${total} misdial${total === 1 ? '' : 's'}, dialled again rightly within two minutes`;
  return first ? `${count}; ${first.times} of them ${first.from} to ${first.to}` : count;
}
