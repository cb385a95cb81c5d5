import fc from 'fast-check';
import {
  getCountries,
  getCountryCallingCode,
  type NumberType,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import * as assert from 'uvu/assert';
import type { LineType } from '../../../src/core/destination.ts';
import { compiler, type State, step } from '../../../src/core/numbering/automaton.ts';
import { weigh } from '../../../src/core/risk/classify.ts';
import { builtIn, stepsOf } from '../../../src/core/risk/table.ts';
import { suite } from '../../support/suite.ts';

const test = suite('derived line types');

const NAMES: Record<Exclude<NumberType, undefined>, LineType> = {
  FIXED_LINE: 'fixed',
  MOBILE: 'mobile',
  FIXED_LINE_OR_MOBILE: 'fixed-or-mobile',
  PREMIUM_RATE: 'premium',
  TOLL_FREE: 'toll-free',
  SHARED_COST: 'shared-cost',
  VOIP: 'voip',
  PERSONAL_NUMBER: 'personal',
  PAGER: 'pager',
  UAN: 'uan',
  VOICEMAIL: 'voicemail',
};

/** Landline and mobile are not told apart everywhere: what matters is that neither is taken for anything else. */
const coarse = (type: LineType): string => (/^(?:fixed|mobile|fixed-or-mobile)$/.test(type) ? 'ordinary' : type);

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max });

test('agree with libphonenumber on valid numbers wherever no correction stands', () => {
  const table = builtIn();
  const codes = getCountries().map((region) => String(getCountryCallingCode(region)));
  let compared = 0;
  const number = fc.tuple(fc.constantFrom(...codes), digits(5, 11)).map(([code, rest]) => `+${code}${rest}`);
  fc.assert(
    fc.property(number, (e164) => {
      const parsed = parsePhoneNumberFromString(e164);
      const type = parsed?.number === e164 && parsed.isValid() ? parsed.getType() : undefined;
      const steps = stepsOf(table, e164);
      if (type === undefined || steps.some(({ special }) => special)) return;
      compared++;
      assert.is(coarse(weigh(steps).lineType), coarse(NAMES[type]), e164);
    }),
    { numRuns: 30_000, seed: 20_261_122 },
  );
  assert.ok(compared > 1_500, `${compared} numbers compared`);
});

/** Whether the automaton accepts a string: exactly what RegExp says of the same source. */
function accepts(source: string, text: string): boolean {
  const { entry, accept } = compiler()(source);
  const end = [...text].reduce((states: State[], digit) => step(states, Number(digit)), entry);
  return end.includes(accept);
}

const patterns: fc.Arbitrary<string> = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom('1', '2', '12', '\\d', '[12]', '[0-25]', '[3-57-9]'),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('pattern'), fc.constantFrom('?', '{2}', '{1,3}', '{0,2}')).map(([a, times]) => `(?:${a})${times}`),
  ),
})).pattern;

test('the automaton accepts what the regular expression accepts', () => {
  fc.assert(
    fc.property(patterns, fc.array(fc.string({ unit: fc.constantFrom(...'0125'), maxLength: 8 })), (source, texts) => {
      const expression = new RegExp(`^(?:${source})$`);
      for (const text of texts) assert.is(accepts(source, text), expression.test(text), `${source} ${text}`);
    }),
    { numRuns: 500, seed: 20_261_122 },
  );
});

test('what the automaton does not know is refused', () => {
  for (const source of ['1+', '(?=1)', '1*', '[^1]', '(1', '1)', '\\w'])
    assert.throws(() => compiler()(source), /cannot read/);
});

test.run();
