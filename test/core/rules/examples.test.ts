import * as assert from 'uvu/assert';
import { parseWeek } from '../../../src/core/hours.ts';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import { EXAMPLES, ordinary, tryRules } from '../../../src/core/rules/examples.ts';
import { RULES } from '../../../src/core/rules/index.ts';
import { facts, policy, TUESDAY } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

const test = suite('examples of the rules');
const asked = ordinary('main', TUESDAY);
const everything = {
  limits: { ...DEFAULT_LIMITS, hours: 'Mon-Fri 08:00-18:00', deniedRegions: ['SO'] },
};

test('every rule speaks to its example where the owner has set what it speaks of', () => {
  const trials = tryRules(asked, facts(everything), policy({ trunkChannels: 8 }));
  assert.equal(
    trials.filter(({ result }) => result !== 'speaks'),
    [],
  );
});

test('every rule has an example', () => {
  const [known, site] = [facts(everything), policy({ trunkChannels: 8 })];
  const without = RULES.filter((rule) =>
    EXAMPLES.every(({ code, means }) => {
      const { attempt, facts: more } = means(known, site);
      const said = rule({ ...asked, ...attempt }, { ...known, ...more }, site)?.code;
      return said !== code && !(code.startsWith('limit_calls') && said?.startsWith('limit_calls'));
    }),
  );
  assert.equal(
    without.map((rule) => rule.name),
    [],
  );
});

test('what the owner has not set is told, and what he has made impossible', () => {
  const trials = tryRules(asked, facts(), policy({ businessHours: parseWeek('Mon 00:00-00:00').map(() => []) }));
  const of = (result: string) => trials.filter((trial) => trial.result === result).map(({ code }) => code);
  assert.equal(of('unset'), ['limit_hours', 'limit_region', 'limit_trunk_lines']);
  assert.equal(of('silent'), ['breaker']);
});

test.run();
