import * as assert from 'uvu/assert';
import type { Attempt } from '../../src/core/attempt.ts';
import type { Decision, Finding } from '../../src/core/verdict.ts';
import { questioner } from '../../src/guard/questions.ts';
import { suite } from '../support/suite.ts';

const test = suite('questions');

const attempt: Attempt = {
  ...{ pbx: 'asterisk', uniqueid: '1', at: 0, site: 'default', ext: '101', dialled: '002476123456', listener: true },
  destination: {
    kind: 'international',
    e164: '+2476123456',
    region: 'AC',
    lineType: 'mobile',
    class: 'high',
    valid: true,
  },
  meant: [{ edit: 'one 0 too many', e164: '+442476123456' }],
  addr: null,
};
const slip: Finding = {
  ...{ action: 'warn', family: 'misdial', code: 'misdial', text: '' },
  evidence: { edit: 'one 0 too many', meant: '+442476123456', called_before: 1 },
};
const decision = (findings: Finding[], keys: number): Decision => {
  return { action: 'warn', findings, verdict: { action: 'warn', reasons: [], maxSeconds: null }, lease: null, keys };
};
const ask = (findings: Finding[], keys = 1, digit = 'random') =>
  questioner((n) => n - 1)(
    attempt,
    { call: 5, decision: decision(findings, keys), incident: null, repeated: false },
    1,
    digit,
  );

test('says where the call goes, and what was meant when a rule takes it for a slip', () => {
  const { region, countryCode, meant, call } = ask([slip]);
  assert.equal([call, region, countryCode, meant], [5, 'AC', '247', 'GB']);
  assert.is(ask([]).meant, null, 'a number that merely could have been meant is not spoken of');
});

test('the digits: drawn, or the one that the site wants; three are always drawn', () => {
  assert.is(ask([]).digits, '9');
  assert.is(ask([], 1, '4').digits, '4');
  assert.is(ask([], 3, '4').digits, '999');
});

test.run();
