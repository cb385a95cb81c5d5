import { readdirSync } from 'node:fs';
import { Skip } from '../support/skip.ts';
import type { Bench, Figure } from './bench.ts';

// npm run bench [-- NAME...] [--long] [--json]: every test/bench/NAME.bench.ts, or those named; those that take minutes
// (they export `long`) only when named or with --long. Exit 1 if a bar is not reached.

const args = process.argv.slice(2);
const json = args.includes('--json');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .sort();

const stray = wanted.find((name) => !known.includes(name));
if (stray !== undefined) {
  console.error(`no bench is called "${stray}"; there are: ${known.join(', ')}`);
  process.exit(2);
}

const results: (Figure & { bench: string })[] = [];
for (const name of wanted.length > 0 ? wanted : known) {
  const { bench, long } = (await import(`./${name}.bench.ts`)) as { bench: Bench; long?: boolean };
  if (long && wanted.length === 0 && !args.includes('--long')) continue;
  try {
    for (const figure of await bench()) results.push({ bench: name, ...figure });
  } catch (error) {
    if (!(error instanceof Skip)) throw error;
    console.error(`${name}: skipped: ${error.message}`);
  }
}
console.log(json ? JSON.stringify(results) : markdown(results));
process.exitCode = results.some((figure) => figure.holds === false) ? 1 : 0;

function markdown(figures: typeof results): string {
  const rows = figures.map(({ bench, name, value, unit, bar, holds }) => {
    const told = holds === undefined ? '' : holds ? 'reached' : 'MISSED';
    return `| ${bench} | ${name} | ${value.toFixed(value < 100 ? 1 : 0)} ${unit} | ${bar ?? ''} | ${told} |`;
  });
  return ['| bench | what | measured | bar | |', '| --- | --- | ---: | --- | --- |', ...rows].join('\n');
}
