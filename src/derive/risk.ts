/**
 * Derives `src/core/risk/data/line-types.json` from the metadata of libphonenumber (Apache-2.0, see NOTICE), as
 * libphonenumber-js packs it. Run it with `npm run derive:risk` after that package was updated.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { lineTypes, regions } from './line-types.ts';

const { version } = createRequire(import.meta.url)('libphonenumber-js/package.json') as { version: string };
const out = new URL('../core/risk/data/line-types.json', import.meta.url);

const codes = [...lineTypes()].map(([code, rows]) => {
  const byType = new Map<string, string[]>();
  for (const [prefix, type] of rows) byType.set(type, [...(byType.get(type) ?? []), prefix]);
  const texts = [...byType].map(([type, prefixes]) => [type, prefixes.join(' ')]);
  return `${JSON.stringify(code)}: ${JSON.stringify(Object.fromEntries(texts))}`;
});

const source = `libphonenumber metadata, packed by libphonenumber-js ${version} (Apache-2.0)`;
const lines = [
  '{',
  `"source": ${JSON.stringify(source)},`,
  `"regions": ${JSON.stringify(Object.fromEntries(regions()))},`,
  '"codes": {',
  codes.join(',\n'),
  '}}',
];
writeFileSync(out, `${lines.join('\n')}\n`);
console.log(`${out.pathname}: ${codes.length} country calling codes`);
