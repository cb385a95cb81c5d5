import * as assert from 'uvu/assert';
import { ConfigError } from '../../src/config/error.ts';
import { readConfig } from '../../src/config/load.ts';
import { TEMPLATE } from '../../src/config/template.ts';
import { suite } from '../support/suite.ts';
import { fuzz, type Make, mutate, PATIENCE } from './engine.ts';

const test = suite('fuzz: configuration', { timeout: PATIENCE });
const CASES = 52_000;

/** Keys in force, but for those that name files: a fuzzer has no business opening them. */
const KEYS = TEMPLATE.replace(/^# (?=\[|[a-z_]+ =)/gm, '')
  .split('\n')
  .filter((line) => !/_file|^sounds|connect/.test(line));
const CORPUS = [
  ...KEYS.filter((line) => /^[a-z[]/.test(line)).map((line) => line.replace(/\s+#.*/, '')),
  '[sites.london]',
  'key_env = "KEY"',
  'match = ["300-399", "_4XX", "from-x"]',
  'internal = "^[1-3]\\\\d\\\\d"',
  '[webhook]',
  'url = "https://user:hunter22@hooks.example.org/"',
];
const WORDS = [
  '[site]',
  '[sites.x]',
  '= ',
  '"',
  "'''",
  '"""',
  '1979-05-27',
  'inf',
  'nan',
  'true',
  '[[',
  ']]',
  '{',
  'DE',
  '\\u0000',
];
const ENV = { TZ: 'Europe/Berlin', KEY: 'correct-horse' };

const make: Make<string> = (random) => {
  const lines = Array.from({ length: random.int(1, 8) }, () => random.pick(CORPUS));
  return lines.map((line) => (random.chance(0.6) ? line : mutate(random, line, WORDS, CORPUS))).join('\n');
};

test('a configuration is taken whole or refused in lines that name the file', () =>
  fuzz('dialwarden.toml', CASES, make, (text) => {
    try {
      const { settings } = readConfig(text, 'dialwarden.toml', ENV);
      const { length } = settings.sites;
      assert.ok(length >= 1 && settings.sites.at(-1)!.policy.site === 'default');
      for (const { policy } of settings.sites)
        assert.ok(policy.ceilingExtension >= 0 && policy.ceilingSite >= 0 && policy.perUsd > 0);
      assert.ok(settings.deadlineMs >= 20 && settings.deadlineMs <= 2_000);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      assert.not.match(error.message, 'correct-horse');
      for (const line of error.message.split('\n'))
        assert.match(line, /^dialwarden\.toml(?::\d+)?: \P{Cc}{1,400}$/u, JSON.stringify(line));
    }
  }));

test.run();
