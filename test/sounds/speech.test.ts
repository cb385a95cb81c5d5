import * as assert from 'uvu/assert';
import type { Destination, LineType } from '../../src/core/destination.ts';
import type { Question } from '../../src/guard/outcome.ts';
import { blockSpeech, refusalSpeech, type Step, warningSpeech } from '../../src/guard/speech.ts';
import { suite } from '../support/suite.ts';

const test = suite('speech');

const words = (steps: Step[]) => steps.map((step) => ('file' in step ? step.file : `press ${step.code}`)).join(' ');
const abroad = (e164: string, region: string, lineType: LineType = 'mobile', valid = true): Destination => {
  return { kind: 'international', e164, region, lineType, class: 'high', valid };
};

function question(destination: Destination, countryCode: string, more: { dialled?: string; meant?: string } = {}) {
  const { dialled = '0011', meant = null } = more;
  const region = 'region' in destination ? destination.region : 'ZZ';
  const attempt = {
    ...{ pbx: 'asterisk', uniqueid: '1', at: 0, site: 'default', ext: '101', listener: true, addr: null },
    ...{ dialled, destination, meant: [] },
  };
  return { call: 1, attempt, digits: '7', try: 1, region, countryCode, meant } satisfies Question;
}
const heard = (...args: Parameters<typeof question>) => {
  const all = words(warningSpeech(question(...args)));
  assert.ok(all.startsWith('say/you-have-dialled ') && all.endsWith(' say/to-go-on press 7'), all);
  return all.slice('say/you-have-dialled '.length, -' say/to-go-on press 7'.length);
};

test('a country abroad by its name and code', () => {
  const said = heard(abroad('+252615550100', 'SO'), '252');
  assert.is(said, 'region/SO say/country-code digits/2 digits/5 digits/2');
});

test('what is odd about a number follows its country', () => {
  const code = 'say/country-code digits/4 digits/4';
  assert.is(heard(abroad('+449', 'GB', 'premium'), '44'), `region/GB ${code} kind/premium`);
  assert.is(heard(abroad('+445', 'GB', 'unknown', false), '44'), `region/GB ${code} kind/invalid`);
});

test('numbers that belong to no country', () => {
  assert.is(heard(abroad('+8816', '001', 'satellite'), '881'), 'kind/satellite say/plus digits/8 digits/8 digits/1');
  assert.is(heard(abroad('+8835', '001', 'network'), '883'), 'region/001 say/plus digits/8 digits/8 digits/3');
  assert.is(
    heard(abroad('+999', 'ZZ', 'unknown'), '', { dialled: '00999' }),
    'region/ZZ say/number digits/0 digits/0 digits/9 digits/9 digits/9',
  );
});

test('inside the country what was dialled is read out, fifteen digits at most', () => {
  const premium: Destination = { ...abroad('+499001', 'DE', 'premium'), kind: 'national' } as Destination;
  assert.is(
    heard(premium, '49', { dialled: '0900-1' }),
    'say/number digits/0 digits/9 digits/0 digits/0 digits/1 kind/premium',
  );
  const service: Destination = { kind: 'service', code: '11', region: 'DE', class: 'high', cost: 'premium' };
  assert.is(heard(service, '', { dialled: '11' }), 'say/number digits/1 digits/1 kind/premium');
  assert.is(heard(premium, '49', { dialled: '1'.repeat(40) }).match(/digits/g)!.length, 15);
});

test('what was probably meant, where it lies in another country', () => {
  const slip = 'say/if-you-meant region/GB say/dial-again';
  assert.is(
    heard(abroad('+2476', 'AC'), '247', { meant: 'GB' }),
    `region/AC say/country-code digits/2 digits/4 digits/7 ${slip}`,
  );
  assert.not.ok(heard(abroad('+44247612345', 'GB'), '44', { meant: 'GB' }).includes('if-you-meant'));
});

test('refusals and blocks', () => {
  assert.is(words(refusalSpeech('wrong', true)), 'say/wrong-key');
  assert.is(words(refusalSpeech('early', false)), 'say/wrong-key say/not-made');
  assert.is(words(refusalSpeech('silent', true)), '');
  assert.is(words(refusalSpeech('silent', false)), 'say/not-made');
  assert.is(words(blockSpeech(null)), 'say/stopped');
  assert.is(words(blockSpeech(42)), 'say/stopped say/incident digits/4 digits/2');
});

test.run();
