import * as assert from 'uvu/assert';
import { type Missed, oneSlip, slipBetween } from '../../src/core/slip.ts';
import { suite } from '../support/suite.ts';

const test = suite('slip');

test('one digit, and no more', () => {
  assert.is(oneSlip('0301234567', '030123456'), 'one digit too many');
  assert.is(oneSlip('0030123', '030123'), 'one digit too many');
  assert.is(oneSlip('030123', '0301234'), 'one digit too few');
  assert.is(oneSlip('0301234', '0301294'), 'one digit wrong');
  assert.is(oneSlip('0301234', '0302134'), 'two digits exchanged');
  for (const [wrong, right] of [
    ['030123', '030123'],
    ['030123', '03012345'],
    ['030123', '031223'],
    ['0301234', '0304321'],
    ['', '12'],
  ]) {
    assert.is(oneSlip(wrong!, right!), null, `${wrong} ${right}`);
  }
});

const coventry = { dialled: '02476123456', e164: '+442476123456', region: 'GB' };
const missed = (more: Partial<Missed>): Missed => ({
  dialled: '002476123456',
  region: 'AC',
  meant: [],
  stopped: true,
  ...more,
});

test('a number that may have been meant needs no likeness of digits', () => {
  const meant = [{ edit: '00 before a national number', e164: coventry.e164 }];
  assert.is(slipBetween(missed({ dialled: '9002476123456', meant }), coventry), '00 before a national number');
  assert.is(slipBetween(missed({ dialled: '9002476123456' }), coventry), null);
});

test('two lines of one country are no slip where the first merely rang', () => {
  const line = { dialled: '02476123457', region: 'GB' };
  assert.is(slipBetween(missed({ ...line, stopped: false }), coventry), null);
  assert.is(slipBetween(missed(line), coventry), 'one digit wrong');
  assert.is(slipBetween(missed({ stopped: false }), coventry), 'one digit too many');
  assert.is(slipBetween(missed({ ...line, region: null, stopped: false }), coventry), 'one digit wrong');
});

test.run();
