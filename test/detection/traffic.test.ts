import * as assert from 'uvu/assert';
import { readDialled } from '../../src/core/numbering/read.ts';
import { classify } from '../../src/core/risk/classify.ts';
import { tariffOf } from '../../src/core/risk/price.ts';
import { suite } from '../support/suite.ts';
import { e164, numberIn } from './numbers.ts';
import { dial, JUDGING, policyOf, TUNING } from './offices.ts';
import { realCost } from './prices.ts';
import { createRandom } from './random.ts';
import { scenario } from './scenario.ts';
import type { Labelled } from './traffic.ts';

const test = suite('labelled traffic', { timeout: 60_000 });
const [leeds, , denver] = TUNING.map((office) => scenario(office, 1001));
const all = [...leeds!.past, ...leeds!.quiet, ...leeds!.attacks.flat()];
const shape = (calls: Labelled[]) => calls.map((c) => `${c.at} ${c.ext} ${c.dialled} ${c.billsec} ${c.family}`);

test('a seed names the traffic for good, another seed makes other traffic', () => {
  assert.equal(shape(scenario(TUNING[0]!, 1001).quiet), shape(leeds!.quiet));
  assert.not.equal(shape(scenario(TUNING[0]!, 1002).quiet), shape(leeds!.quiet));
});

test('tuning and judging share neither offices nor most of their targets', () => {
  const [tuned, judged] = [TUNING, JUDGING].map(
    (offices) => new Set(offices.flatMap((o) => [...o.targets, ...o.plain])),
  );
  const shared = [...judged!].filter((region) => tuned!.has(region));
  assert.ok(shared.length <= 1, shared.join());
  assert.equal(
    TUNING.filter((o) => JUDGING.some((j) => j.name === o.name)),
    [],
  );
});

test('every habit, slip and attack occurs', () => {
  const families = (label: Labelled['label']) => new Set(all.filter((c) => c.label === label).map((c) => c.family));
  const honest = [
    'national',
    'abroad',
    'redial',
    'new customer abroad',
    'new project',
    'traveller',
    'campaign',
    'freephone',
    'late shift',
  ];
  for (const family of [...honest, 'campaign abroad', 'partner in a risky country', 'new partner in a risky country'])
    assert.ok(families('honest').has(family), family);
  assert.is(families('fraud').size, 25);
  assert.ok(families('misdial').size >= 4);
  assert.ok(families('emergency').size === 1);
});

test('calls reach whom they are meant for, as the dialling plan reads them', () => {
  for (const scene of [leeds!, denver!]) {
    const { plan } = policyOf(scene.office);
    const calls = [...scene.past, ...scene.quiet, ...scene.attacks.flat()].filter(
      (c) => c.to && !c.family.startsWith('probing'),
    );
    const wrong = calls.filter((c) => {
      const reading = readDialled(c.dialled, plan);
      return !('e164' in reading) || reading.e164 !== e164(c.to!);
    });
    assert.equal(
      wrong.slice(0, 3).map((c) => `${c.family} ${c.dialled}`),
      [],
    );
    for (const c of scene.quiet.filter((q) => q.label === 'emergency'))
      assert.is(readDialled(c.dialled, plan).kind, 'emergency');
  }
});

test('real prices stay below the bounds that the guard reckons with, in every country', () => {
  const office = TUNING[1]!;
  const random = createRandom(5);
  const regions = new Set([...TUNING, ...JUDGING].flatMap((o) => [...o.targets, ...o.plain, ...o.abroad, o.partner]));
  for (const region of [...regions, 'TD', 'NR', 'RW', 'ER'].filter((r) => r !== office.country))
    for (const kind of ['fixed', 'mobile'] as const) {
      const to = numberIn(region, kind, random);
      const bound = tariffOf(classify(readDialled(dial(office, to), policyOf(office).plan)), null, 1);
      assert.ok(realCost(to, office.country, 60) <= bound!.perMinute, `${e164(to)}, ${region}`);
    }
});

test.run();
