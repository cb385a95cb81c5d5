import * as assert from 'uvu/assert';
import { guessed } from '../../../src/core/intrusion/account.ts';
import { attackTool } from '../../../src/core/intrusion/agents.ts';
import { isBanworthy, judge, type Visitor } from '../../../src/core/intrusion/judge.ts';
import type { Knock } from '../../../src/core/intrusion/knock.ts';
import { outsideNumber } from '../../../src/core/intrusion/numbers.ts';
import { sitePlan, TUESDAY } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

const test = suite('intrusion');
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

type Step = Partial<Knock> & { numbers?: string[] };

/** Knocks of one address, a second apart unless they say otherwise. Returns what was found at each, and the end. */
function visit(steps: Step[]): { found: (string | null)[]; visitor: Visitor; ban: boolean } {
  let visitor: Visitor | null = null;
  let at = TUESDAY;
  const found = steps.map(({ numbers = [], ...step }) => {
    at = step.at ?? at + 1_000;
    const knock = { address: '203.0.113.9', account: '101', service: 'PJSIP', userAgent: null, digits: null } as const;
    const judged = judge(visitor, { ...knock, what: 'wrong-password', ...step, at }, numbers);
    visitor = judged.visitor;
    return judged.found?.kind ?? null;
  });
  return { found, visitor: visitor!, ban: isBanworthy(visitor!) };
}
const times = (count: number, step: (n: number) => Step): Step[] => Array.from({ length: count }, (_, n) => step(n));
const wrong = (n: number): Step => ({ account: String(100 + n) });
const right: Step = { what: 'accepted' };

test('two wrong passwords and the right one are a person; three are a break-in, but no ban', () => {
  assert.equal(visit([{}, {}, right]).found, [null, null, null]);
  const three = visit([{}, {}, {}, right]);
  assert.equal(three.found, [null, null, null, 'break-in']);
  assert.not.ok(three.ban);
});

test('who has found a password is told once, not at every registration', () => {
  const { found } = visit([...times(6, () => ({})), right, ...times(20, () => right)]);
  assert.is(found.filter((kind) => kind === 'break-in').length, 1);
});

test('the fifth wrong password is guessing, whatever the accounts, and worth a ban', () => {
  assert.equal(visit(times(5, () => ({}))).found, [null, null, null, null, 'guessing']);
  const spread = visit(times(5, wrong));
  assert.equal([spread.found.at(-1), spread.ban], ['guessing', true]);
});

test('slow guessing is found, after a quiet day all is forgotten', () => {
  const every = (gap: number) => visit(times(6, (n) => ({ at: TUESDAY + n * gap }))).found;
  assert.is(every(6 * 60 * MINUTE).at(-1), 'guessing');
  assert.ok(every(DAY + MINUTE).every((kind) => kind === null));
});

test('a phone with a wrong password in an office is told, and the office not banned; a scan from there is', () => {
  const office = visit([right, ...times(30, () => ({ account: '102' })), right]);
  assert.ok(office.found.includes('guessing'));
  assert.is(office.found.at(-1), null, 'the others register as ever');
  assert.not.ok(office.ban);
  assert.ok(visit([right, ...times(6, wrong)]).ban);
});

test('four accounts that do not exist are an enumeration; one, however often, is a forgotten phone', () => {
  const unknown = (account: string): Step => ({ what: 'unknown-account', account });
  assert.is(visit(times(4, (n) => unknown(String(n)))).found.at(-1), 'enumeration');
  assert.ok(visit(times(500, () => unknown('214'))).found.every((kind) => kind === null));
});

test('questions for a password are honest when they are answered: fifty phones that register at once', () => {
  const storm = [
    ...times(50, (n) => ({ what: 'unanswered', account: String(n) }) as const),
    ...times(50, (n) => ({ what: 'accepted', account: String(n) }) as const),
    { what: 'unanswered', account: '1', at: TUESDAY + 10 * MINUTE } as const,
  ];
  assert.ok(visit(storm.map((step, n) => ({ at: TUESDAY + n, ...step }))).found.every((kind) => kind === null));
});

test('questions that nobody answers are an enumeration after half a minute', () => {
  const asked = (n: number): Step => ({ what: 'unanswered', account: String(n), at: TUESDAY + n * 20_000 });
  const { found } = visit(times(7, asked));
  assert.equal([found.at(4), found.at(6)], [null, 'enumeration']);
});

test('two outside numbers without a password are probing; as a guest one is', () => {
  const dial = (what: Knock['what'], numbers: string[]): Step => ({ what, account: null, numbers });
  const [a, b] = ['+972597562518', '+972597634123'];
  assert.equal(visit([dial('unknown-account', [a]), dial('unknown-account', [b])]).found, [null, 'probing']);
  assert.equal(visit([dial('stranger-call', [a])]).found, ['probing']);
  assert.equal(visit([dial('stranger-call', [])]).found, [null]);
});

test('an attack tool is known by its user agent, and a right password of one is a break-in', () => {
  const { found, ban } = visit([{ userAgent: 'friendly-scanner', what: 'unanswered' }, right]);
  assert.equal([found, ban], [['scanner', 'break-in'], true]);
  const tools = ['sipcli/v1.8', 'VaxSIPUserAgent/3.1', 'SIPVicious', 'pplsip', 'sundayddr', 'Test Agent', 'sip-scan 1'];
  assert.equal(
    tools.filter((tool) => attackTool(tool) === null),
    [],
  );
  const phones = [
    'Yealink SIP-T46S 66.86',
    'snomD785',
    'Grandstream GXP2170',
    'Asterisk PBX 22.10',
    'Siwarex',
    'Gulpener',
  ];
  assert.equal(
    phones.filter((phone) => attackTool(phone) !== null),
    [],
  );
});

test('what an address may leave in memory is bounded', () => {
  const { visitor } = visit(
    times(5_000, (n) => ({
      account: String(n),
      what: n % 2 ? 'unknown-account' : 'wrong-password',
      numbers: [`+4420794${n}`],
    })),
  );
  for (const kept of [visitor.wrong, visitor.unknown, visitor.numbers]) assert.is(kept.size, 20);
});

test('one account guessed from many addresses, a few times each', () => {
  const from = (count: number, addresses: number, gap: number): boolean => {
    let known = null;
    let found = false;
    for (let n = 0; n < count; n++) {
      const next = guessed(known, TUESDAY + n * gap, `203.0.113.${n % addresses}`);
      known = next.guessed;
      found ||= next.found;
    }
    return found;
  };
  assert.ok(from(10, 5, MINUTE));
  assert.not.ok(from(60, 2, MINUTE), 'a phone with a wrong password that roams between two');
  assert.not.ok(from(60, 20, 20 * MINUTE), 'one in twenty minutes');
});

test('prefixes that scanners try before an international number', () => {
  const plan = sitePlan('DE', { areaCode: '30' });
  const read = (digits: string) => outsideNumber(digits, plan);
  for (const digits of [
    '00972597562518',
    '000972597562518',
    '900972597562518',
    '9011972597562518',
    '011972597562518',
    '+972597562518',
  ])
    assert.is(read(digits), '+972597562518', digits);
  assert.is(read('76000046850780294'), '+46850780294');
  for (const digits of [
    '100',
    'nobody',
    '0301234567',
    '+493012345678',
    '00493012345678',
    '2127756643',
    '',
    '0'.repeat(500),
  ])
    assert.is(read(digits), null, digits);
});

test.run();
