import { createRequire } from 'node:module';
import * as assert from 'uvu/assert';
import { fallbackList } from '../../src/core/fallback-list.ts';
import { compiler, drawn, languageOf, type Place } from '../../src/core/numbering/automaton.ts';
import { readDialled } from '../../src/core/numbering/read.ts';
import type { SitePlan } from '../../src/core/numbering/reading.ts';
import { classify } from '../../src/core/risk/classify.ts';
import { type Desc, FIELD, type Metadata } from '../../src/derive/numbering-metadata.ts';
import { sitePlan } from '../support/facts.ts';
import { suite } from '../support/suite.ts';

interface Library {
  metadata: Metadata;
  PhoneNumberUtil: { getInstance(): { parse(number: string): object; format(number: object, national: 2): string } };
}
const google = createRequire(import.meta.url)('google-libphonenumber') as Library;
const library = google.PhoneNumberUtil.getInstance();
const countries = google.metadata.countryToMetadata;
const regions = Object.keys(countries).filter((region) => /^[A-Z]/.test(region));

/** Where freephone, mobiles or all is dialled without the trunk prefix, or with something in the middle; and large ones. */
const NAMED = 'AE AG AR AT AU BO BR CN CO DE GB HU IL IM IN IT JP KR MG MX NL PE RU SG US'.split(' ');
const TRIED = regions.filter((region, i) => i % 3 === 0 || NAMED.includes(region));
const SAFE = ['fixed', 'mobile', 'fixed-or-mobile', 'toll-free'];
const [FIXED, MOBILE, TOLL_FREE, PREMIUM, SHARED_COST, PERSONAL] = [2, 3, 4, 5, 6, 7] as const;

const test = suite('fallback list of every country', { timeout: 240_000 });

let seed = 5;
const below = (n: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return Math.floor(seed / 1_000) % n;
};

const languages = new Map<string, Place>();

/** A valid number of a country and type, without country code; null where there are none. */
function numberOf(region: string, type: 2 | 3 | 4 | 5 | 6 | 7): string | null {
  const source = (countries[region]![type] as Desc | null)?.[FIELD.pattern];
  if (!source) return null;
  const language = languages.get(source) ?? languageOf(compiler()(source).entry);
  languages.set(source, language);
  const lengths = Array.from({ length: 16 }, (_, length) => length).filter((length) => language.canEnd(length));
  return drawn(language, lengths[below(lengths.length)]!, below);
}

const passes = (patterns: string[]): ((dialled: string) => boolean) => {
  const sources = patterns.map((pattern) =>
    pattern.replace('+', '\\+').replaceAll('X', '\\d').replaceAll('Z', '[1-9]').replaceAll('N', '[2-9]'),
  );
  const all = new RegExp(`^(?:${sources.join('|')})$`);
  return (dialled) => all.test(dialled);
};

function look(dialled: string, site: SitePlan) {
  const found = classify(readDialled(dialled, site));
  const cheap = found.kind === 'national' && found.class === 'low' && SAFE.includes(found.lineType);
  return { cheap, wanted: cheap && found.valid, harmless: cheap || found.kind === 'emergency' };
}

function* dear(region: string, some: number): Generator<string> {
  const { 10: code, 12: trunk } = countries[region]!;
  for (let i = 0; i < some; i++) {
    const other = regions[below(regions.length)]!;
    const number = numberOf(other, ([FIXED, MOBILE, PREMIUM] as const)[below(3)]!);
    const abroad = `${countries[other]![10]}${number}`;
    if (number) yield* [abroad, `00${abroad}`, `011${abroad}`, `+${abroad}`, `${trunk ?? ''}${abroad}`];
    const home = numberOf(region, ([PREMIUM, SHARED_COST, PERSONAL] as const)[i % 3]!);
    if (home) yield* [home, `${trunk ?? ''}${home}`, `+${code}${home}`];
    const network = `${['870', '881', '882', '883', '979', '247'][i % 6]}${String(below(1e9)).padStart(9, '0')}`;
    yield* [network, `00${network}`, `+${network}`];
  }
}

test('landlines, mobiles and freephone pass as they are dialled, and nothing dear does', () => {
  const refused: string[] = [];
  const leaks: string[] = [];
  let tried = 0;
  for (const region of TRIED) {
    const site = sitePlan(region);
    const pass = passes(fallbackList(site).patterns);
    for (const type of [FIXED, MOBILE, TOLL_FREE] as const)
      for (let i = 0; i < 6; i++) {
        const number = numberOf(region, type);
        if (!number) continue;
        const e164 = `+${countries[region]![10]}${number}`;
        const national = library.format(library.parse(e164), 2).replace(/\D/g, '');
        for (const dialled of [national, e164]) {
          if (!look(dialled, site).wanted) continue;
          tried++;
          if (!pass(dialled)) refused.push(`${region} ${dialled}`);
        }
      }
    for (const dialled of dear(region, 25))
      if (pass(dialled) && !look(dialled, site).harmless) leaks.push(`${region} ${dialled}`);
  }
  assert.equal(leaks, []);
  assert.ok(tried > 2_000, String(tried));
  assert.ok(refused.length <= tried / 200, `${refused.length} of ${tried}: ${refused.join(', ')}`);
});

test.run();
