import { readFileSync } from 'node:fs';
import type { Plans } from '../core/numbering/plan-file.ts';
import { KINDS, SAY } from '../guard/speech.ts';

/** `dialplan/sounds/LANGUAGE.json`: who speaks, and the texts. Spelt as the synthesiser has to read them. */
export interface SpeechTable {
  synthesiser: 'flite' | 'espeak-ng';
  /** As the synthesiser names it. */
  voice: string;
  /** From zero to nine. */
  digits: string[];
  say: Record<string, string>;
  kind: Record<string, string>;
  /** `001`, `ZZ`, and the countries whose name in Unicode's tables (CLDR) is not what should be spoken. */
  region: Record<string, string>;
}

/** ISO codes of all countries that have telephone numbers. */
export function regions(): string[] {
  const file = new URL('../core/numbering/data/plans.json', import.meta.url);
  const plans = JSON.parse(readFileSync(file, 'utf8')) as Plans;
  return Object.keys(plans.regions).filter((region) => /^[A-Z]{2}$/.test(region));
}

/** What every voice file says: file name without ending -> text. Throws an Error that names what the table lacks. */
export function texts(table: SpeechTable, language: string): Map<string, string> {
  const names = new Intl.DisplayNames([language], { type: 'region' });
  const out = new Map<string, string>();
  const add = (file: string, text: string | undefined): void => {
    if (!text) throw new Error(`${language}.json has no text for ${file}`);
    out.set(file, text);
  };
  for (let digit = 0; digit <= 9; digit++) add(`digits/${digit}`, table.digits[digit]);
  for (const name of SAY) add(`say/${name}`, table.say[name]);
  for (const name of KINDS) add(`kind/${name}`, table.kind[name]);
  for (const region of ['001', 'ZZ']) add(`region/${region}`, table.region[region]);
  for (const region of regions()) add(`region/${region}`, table.region[region] ?? names.of(region));
  return out;
}
