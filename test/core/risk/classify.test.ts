import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { severity } from '../../../src/core/destination.ts';
import { classify } from '../../../src/core/risk/classify.ts';
import { explain } from '../../../src/core/risk/explain.ts';
import { builtIn } from '../../../src/core/risk/table.ts';
import { suite } from '../../support/suite.ts';

interface Case {
  name: string;
  kind: 'national' | 'international';
  region: string;
  e164: string;
  valid?: boolean;
  lineType: string;
  class: string;
}

const cases = JSON.parse(readFileSync(new URL('../../vectors/risk-classes.json', import.meta.url), 'utf8')) as Case[];

const test = suite('risk classes');

for (const { name, lineType, class: riskClass, valid = true, ...number } of cases) {
  test(name, () => {
    const found = classify({ path: ['dialled'], ...number, valid });
    assert.equal(found, { ...number, valid, lineType, class: riskClass });
  });
}

test('what is no number keeps what it is', () => {
  const path = ['dialled'];
  assert.equal(classify({ path, kind: 'emergency', code: '112' }), { kind: 'emergency', code: '112' });
  assert.equal(classify({ path, kind: 'internal', ext: '214' }), { kind: 'internal', ext: '214' });
  assert.equal(classify({ path, kind: 'malformed', why: 'letters' }), { kind: 'malformed', why: 'letters' });
});

test('a short code is classed by what it costs', () => {
  const classes = (['toll-free', 'standard', 'unknown', 'premium'] as const).map((cost) => {
    const found = classify({ path: [], kind: 'service', code: '118118', region: 'GB', cost });
    return 'class' in found ? found.class : null;
  });
  assert.equal(classes, ['low', 'watch', 'elevated', 'high']);
});

test('every country row names its lists, and the rule gives its class', () => {
  const capped = ['1', '7', '44', '32', '34', '39', '41', '43', '48'];
  const { facts, sources } = builtIn();
  const rows = facts.flatMap(({ country }) => country ?? []);
  assert.ok(rows.length >= 170);
  for (const { prefix, class: riskClass, lists, narrow, sources: ids } of rows) {
    assert.is(ids.length, lists, prefix);
    for (const id of ids) assert.match(sources[id]!.url, /^http/, `${prefix} ${id}`);
    const high = narrow >= 2 || (narrow >= 1 && lists >= 3);
    const ruled = narrow >= 4 ? 'critical' : high ? 'high' : narrow >= 1 ? 'elevated' : 'watch';
    assert.is(riskClass, capped.includes(prefix) ? 'watch' : ruled, prefix);
  }
});

test('every special row says where it comes from', () => {
  const rows = builtIn().facts.flatMap(({ special }) => special ?? []);
  assert.ok(rows.length > 700);
  for (const { name, source } of rows) assert.ok(source.length > 10, name);
});

test('a prefix is explained by its path, with the lists that name it', () => {
  const told = explain('25261');
  assert.is(told.region, 'SO');
  assert.is(told.class, 'critical');
  assert.is(told.lineType, 'mobile');
  assert.equal(
    told.path.map(({ prefix }) => prefix),
    ['252', '2526'],
  );
  assert.match(told.path[0]!.says.join('\n'), 'Somalia: critical; 6 public lists name it, 5 narrow');
  assert.equal(
    told.path[0]!.sources.map(({ id }) => id),
    ['BNETZA', 'COX', 'INTEGRA', 'MSVOICE', 'NYT', 'YATES'],
  );
});

test('class and price say what decided them', () => {
  const reasons = ['25261', '33', '339', '33899', '8816', '290', '49157'].map((prefix) => {
    const { because, price } = explain(prefix);
    return [prefix, because, price.because];
  });
  assert.equal(reasons, [
    ['25261', 'how many public lists name the country', 'mobile, class critical'],
    ['33', 'no public list names the country', 'landline, FR is a competitive market'],
    ['339', 'no public list names the country', 'landline, FR is a competitive market'],
    ['33899', 'line type premium', 'line type premium'],
    ['8816', 'Global mobile satellite (8816 and 8817 Iridium, 8818 and 8819 Globalstar)', 'line type satellite'],
    ['290', 'how many public lists name the country', 'SH is reached by one carrier'],
    ['49157', 'no public list names the country', 'mobile, DE is a competitive market'],
  ]);
});

test('a number is explained as it is classed', () => {
  for (const { e164, region } of cases.filter(({ kind, valid }) => kind === 'international' && valid !== false)) {
    const told = explain(e164);
    const found = classify({ path: [], kind: 'international', e164, region, valid: true });
    assert.ok('lineType' in found && found.lineType === told.lineType && found.class === told.class, e164);
    assert.is(told.region, region, e164);
  }
});

test('a code that nobody has is explained without a region', () => {
  const told = explain('+999');
  assert.is(told.region, null);
  assert.equal(told.path, []);
  assert.ok(severity(told.class) >= severity('watch'));
});

test.run();
