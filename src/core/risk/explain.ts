import type { LineType, RiskClass } from '../destination.ts';
import { classOf, UNLISTED, weigh } from './classify.ts';
import { type Bound, priceOf } from './price.ts';
import { builtIn, type RiskTable, type Source, type SpecialRow, type Step, stepsOf } from './table.ts';

/** One prefix on the way to a number and what the table says of it. */
export interface PathStep {
  prefix: string;
  /** Sentences for a person. */
  says: string[];
  /** The public lists that name this prefix. */
  sources: ({ id: string } & Source)[];
}

/** Why calls from abroad to a number or prefix are classed and priced as they are. Prices in USD. */
export interface Explanation {
  digits: string;
  path: PathStep[];
  /** ISO 3166-1 alpha-2, `001` for international networks; null for a code that nobody has. */
  region: string | null;
  lineType: LineType;
  class: RiskClass;
  /** What decided the class, for a person. */
  because: string;
  price: Bound;
}

/** What the table says of an E.164 number or any prefix of one, with or without `+`. */
export function explain(e164OrPrefix: string, table: RiskTable = builtIn()): Explanation {
  const steps = stepsOf(table, e164OrPrefix);
  const region = steps.findLast((row) => row.region)?.region ?? null;
  const { lineType, country, special } = weigh(steps);
  const riskClass = classOf(steps, 'international');
  const price = priceOf({ kind: 'international', region: region ?? '', lineType, class: riskClass, valid: true });
  const path = steps.map((row) => told(row, table));
  return {
    digits: e164OrPrefix.replace(/^\+/, ''),
    path,
    region,
    lineType,
    class: riskClass,
    because: decisive(riskClass, country?.class ?? null, lineType, special),
    price,
  };
}

/** What `classOf` went by: a correction, the country, or the kind of line where that is worse. */
function decisive(found: RiskClass, country: RiskClass | null, lineType: LineType, special: SpecialRow | null): string {
  if (special?.class) return special.name;
  if (country === found) return 'how many public lists name the country';
  return country === null && found === UNLISTED ? 'no public list names the country' : `line type ${lineType}`;
}

function told({ prefix, region, country, special, lineType }: Step, table: RiskTable): PathStep {
  const says: string[] = [];
  if (region) says.push(`region ${region}`);
  if (country) {
    const lists = `${country.lists} public ${country.lists === 1 ? 'list names' : 'lists name'} it, ${country.narrow} narrow`;
    says.push(`${country.name}: ${country.class}; ${lists}${country.overlays ? ` (as +${country.overlays})` : ''}`);
  }
  if (lineType) says.push(`line type ${lineType}, from ${table.derivedFrom}`);
  if (special) {
    const ruled = special.class ? `: ${special.class}` : '';
    says.push(`${special.name}, line type ${special.lineType}${ruled}; ${special.source}`);
  }
  return { prefix, says, sources: (country?.sources ?? []).map((id) => ({ id, ...table.sources[id]! })) };
}
