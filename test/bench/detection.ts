import { RULES } from '../../src/core/rules/index.ts';
import type { Rule } from '../../src/core/rules/rule.ts';
import { evaluate } from '../detection/evaluate.ts';
import { dialwarden, WORLDS } from '../detection/judge.ts';
import { JUDGING, TUNING } from '../detection/offices.ts';
import { alarmTable, falseTables, familyTable, quietTable, touchedTable, worldTable } from '../detection/report.ts';
import { RIVALS } from '../detection/rivals.ts';
import { scenario } from '../detection/scenario.ts';

// `npm run bench:detection [-- --tuning] [--seed N] [--offices N] [--alone] [--without RULE,RULE]`: labelled traffic through
// dialwarden and its rivals. Judging uses offices, destinations and a seed on which nothing was ever tuned.

/** Intruders an attack who press random keys: one of them may be lucky. */
const DRAWS = 3;

const option = (name: string): string | null => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? '');
};
const has = (name: string) => process.argv.includes(`--${name}`);
const [offices, seed] = has('tuning') ? [TUNING, 1001] : [JUDGING, 2002];

const scenes = offices
  .slice(0, Number(option('offices') ?? offices.length))
  .map((office) => scenario(office, Number(option('seed') ?? seed)));
const fraud = scenes.flatMap((s) => s.attacks).flat().length;
const quiet = scenes.flatMap((s) => s.quiet).length;
console.log(`# Detection on labelled traffic\n`);
console.log(
  `${scenes.map((s) => s.office.name).join(', ')}: ${quiet} calls in three weeks after two of learning; ` +
    `${scenes.flatMap((s) => s.attacks).length} attacks with ${fraud} calls. Real prices, whole minutes.`,
);

const ruled = RULES as Rule[];
for (const name of (option('without') ?? '').split(',').filter(Boolean)) {
  const at = ruled.findIndex((rule) => rule.name === name);
  if (at < 0) throw new Error(`there is no rule ${name}; there are ${ruled.map((rule) => rule.name).join(', ')}`);
  ruled.splice(at, 1);
}

const evaluations = [];
for (const contender of has('alone') ? [dialwarden] : [dialwarden, ...RIVALS]) {
  const started = performance.now();
  evaluations.push(await evaluate(contender, scenes, WORLDS, DRAWS));
  console.error(`${contender.name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
console.log(quietTable(evaluations));
for (const world of WORLDS) console.log(worldTable(world, evaluations));
const [ours] = evaluations;
if (ours) console.log(familyTable(ours) + alarmTable(ours) + touchedTable(ours) + falseTables(ours));
