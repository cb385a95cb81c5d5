/**
 * Derives `src/core/numbering/data/plans.json` from the metadata of libphonenumber (Apache-2.0, see NOTICE), as
 * google-libphonenumber packs it. Run it with `npm run derive:numbering` after that package was updated.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { PlanFile, Plans, ShortCodes } from '../core/numbering/plan-file.ts';
import { type Desc, FIELD, type Metadata, NUMBER_TYPES } from './numbering-metadata.ts';

const require = createRequire(import.meta.url);
const library = require('google-libphonenumber') as { metadata: Metadata; shortnumbermetadata: Metadata };
const { version } = require('google-libphonenumber/package.json') as { version: string };
const out = new URL('../core/numbering/data/plans.json', import.meta.url);

const names = new Intl.DisplayNames('en', { type: 'region' });
const pattern = (desc: Desc | null | undefined): string | undefined => desc?.[FIELD.pattern] ?? undefined;
const exact = (source: string): RegExp => new RegExp(`^(?:${source})$`);

/** Every digit string of at most five digits that `source` matches: emergency numbers are few and short. */
function enumerate(source: string | undefined): string[] {
  if (!source) return [];
  const found: string[] = [];
  const matches = exact(source);
  for (let length = 2; length <= 5; length++)
    for (let n = 0; n < 10 ** length; n++) {
      const digits = String(n).padStart(length, '0');
      if (matches.test(digits)) found.push(digits);
    }
  return found;
}

/** What a number of this plan can look like: patterns joined where their lengths are the same. */
function shapes(raw: Metadata['countryToMetadata'][string]): [string, number[]][] {
  const general = raw[FIELD.general]?.[FIELD.lengths] ?? [];
  const byLengths = new Map<string, string[]>();
  for (const type of NUMBER_TYPES) {
    const desc = raw[type] as Desc | null;
    const source = pattern(desc);
    if (!source) continue;
    const key = JSON.stringify(desc?.[FIELD.lengths] ?? general);
    byLengths.set(key, [...new Set([...(byLengths.get(key) ?? []), source])]);
  }
  return [...byLengths].map(([lengths, sources]) => [sources.join('|'), JSON.parse(lengths) as number[]]);
}

/**
 * Numbers that are written, and so dialled, without the country's trunk prefix: freephone in Australia, mobiles in Peru, all
 * where there are no formats. They stand with the main country of a shared country code.
 */
function untrunked(raw: Metadata['countryToMetadata'][string]): string | undefined {
  const trunk = raw[FIELD.trunk];
  if (!trunk) return undefined;
  const main = library.metadata.countryCodeToRegionCodeMap[raw[FIELD.countryCode]]![0]!;
  const formats = library.metadata.countryToMetadata[main]![FIELD.formats] ?? [];
  if (formats.length === 0) return '\\d+';
  const sources = formats
    .filter((format) => !format[FIELD.rule]?.includes(trunk))
    .map((format) => {
      const leading = format[FIELD.leading]?.at(-1);
      return (leading ? `(?=${leading})` : '') + format[1];
    });
  return sources.join('|').replaceAll(/\((?!\?)/g, '(?:');
}

/** Short codes that a landline can dial: codes for text messages only are left out. */
function shortCodes(raw: Metadata['countryToMetadata'][string] | undefined): ShortCodes | undefined {
  const all = pattern(raw?.[FIELD.shortCode]);
  if (!raw || !all) return undefined;
  const entries = { all, free: raw[FIELD.tollFree], standard: raw[FIELD.standardRate], premium: raw[FIELD.premium] };
  const codes: Record<string, string> = {};
  for (const [name, desc] of Object.entries({
    ...entries,
    carrier: raw[FIELD.carrierSpecific],
    text: raw[FIELD.sms],
  })) {
    const source = typeof desc === 'string' ? desc : pattern(desc as Desc | null);
    if (source) codes[name] = source;
  }
  return codes as unknown as ShortCodes;
}

function plan(region: string): PlanFile {
  const raw = library.metadata.countryToMetadata[region]!;
  const short = library.shortnumbermetadata.countryToMetadata[region];
  const optional = {
    idd: raw[FIELD.idd],
    preferredIdd: raw[FIELD.preferredIdd],
    trunk: raw[FIELD.trunk],
    untrunked: untrunked(raw),
    parse: raw[FIELD.parse],
    transform: raw[FIELD.transform],
    lead: raw[FIELD.lead],
    short: shortCodes(short),
  };
  return {
    name: /^\d+$/.test(region) ? 'international networks' : names.of(region)!,
    code: String(raw[FIELD.countryCode]),
    shapes: shapes(raw),
    emergency: enumerate(pattern(short?.[FIELD.emergency])),
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value)) as Partial<PlanFile>),
  };
}

/** Geographic area codes of country code 1 and the country each belongs to. */
function northAmerica(plans: Record<string, PlanFile>, regions: string[]): Record<string, string> {
  const owner: Record<string, string> = {};
  for (let area = 200; area <= 999; area++) {
    const byLead = regions.find((r) => plans[r]!.lead && exact(plans[r]!.lead).test(String(area)));
    const byPattern = ['CA', 'US'].find((r) => {
      const fixed = exact(pattern(library.metadata.countryToMetadata[r]![FIELD.fixed])!);
      return [2, 3, 4, 5, 6, 7, 8, 9].some((n) => fixed.test(`${area}${n}345678`));
    });
    const region = byLead ?? byPattern;
    if (region) owner[area] = region;
  }
  return owner;
}

const regions = Object.keys(library.metadata.countryToMetadata).sort();
const plans = Object.fromEntries(regions.map((region) => [region, plan(region)]));
const codes = library.metadata.countryCodeToRegionCodeMap;
const file: Plans = {
  source: `libphonenumber metadata, packed by google-libphonenumber ${version} (Apache-2.0)`,
  codes: Object.fromEntries(Object.entries(codes).map(([code, list]) => [code, list[0] === '001' ? [code] : list])),
  northAmerica: northAmerica(plans, codes['1']!),
  regions: plans,
};
const rows = regions.map((region) => `${JSON.stringify(region)}:${JSON.stringify(plans[region])}`);
const head = JSON.stringify({ ...file, regions: undefined }).slice(0, -1);
writeFileSync(out, `${head},"regions":{\n${rows.join(',\n')}\n}}\n`);
process.stderr.write(`${regions.length} plans, ${Object.keys(file.northAmerica).length} area codes of +1\n`);
