import * as assert from 'uvu/assert';
import { suite } from '../support/suite.ts';
import { refused } from './support.ts';

const test = suite('configurations that are refused');

const WRONG: [string, string, string][] = [
  ['a syntax error', '[site]\ncountry = \n', 'dialwarden.toml:2: is not TOML at column'],
  [
    'a key in no table',
    'country = "DE"\n[site]\n',
    'dialwarden.toml:1: country stands in no table; it belongs into [site]',
  ],
  ['a key of several tables', 'listen = 8084', ':1: listen stands in no table; it belongs into [agi], [esl], [http]'],
  ['a misspelt key in no table', 'contry = "DE"', ':1: contry stands in no table; did you mean country in [site]?'],
  ['an unknown table', '[siet]\n', 'dialwarden.toml:1: siet is no known table; did you mean [site]?'],
  [
    'an unknown key',
    '[site]\n# x\ncontry = "DE"',
    'dialwarden.toml:3: [site] contry is no known key; did you mean country?',
  ],
  [
    'an unknown key of a site',
    '[sites.a]\nmatch = "x"\nmatsch = 1',
    ':3: [sites.a] matsch is no known key; did you mean match?',
  ],
  ['a deadline that is too short', '[guard]\ndeadline_ms = 5', ':2: [guard] deadline_ms must be 20 to 2000'],
  ['a deadline that is too long', '[guard]\ndeadline_ms = 2001', 'must be 20 to 2000'],
  ['half a millisecond', '[guard]\ndeadline_ms = 20.5', 'must be a whole number'],
  ['an unknown mode', '[guard]\nmode = "off"', 'must be "enforce" or "observe"'],
  ['a country that is none', '[site]\ncountry = "UK"', 'did you mean "GB"?'],
  ['a long country', '[site]\ncountry = "Germany"', 'must be two letters'],
  ['an unknown time zone', '[site]\ntimezone = "Europe/Bonn"', 'is no IANA time zone'],
  ['unreadable hours', '[site]\nbusiness_hours = "daily"', '"daily" is not of the form'],
  ['letters for an outside line', '[site]\noutside_line = "x"', 'must be digits in quotes'],
  [
    'extensions in no notation',
    '[site]\ninternal = ["1XX", "phone"]',
    ':2: [site] internal "phone" is neither a pattern ("1XX"), a range ("100-199") nor a regular expression ("^desk-[0-9]+")',
  ],
  [
    'a range upside down',
    '[sites.a]\nmatch = "x"\ninternal = "299-200"',
    ':3: [sites.a] internal "299-200" is neither',
  ],
  ['phones in no notation', '[site]\nphones = ["teams-sbc"]', ':2: [site] phones "teams-sbc" is neither'],
  ['a regular expression that is none', '[site]\ninternal = "^(("', ':2: [site] internal "^((" is neither'],
  [
    'a range of a site upside down',
    '[sites.a]\nmatch = ["from-a", "299-200"]',
    ':2: [sites.a] match "299-200" is neither',
  ],
  ['no channels', '[site]\ntrunk_channels = 0', 'must be 1 to 100000'],
  ['a negative ceiling', '[site]\nloss_ceiling_per_day = -1', 'must be 0 to'],
  [
    'an extension that may lose more than its site',
    '[site]\nloss_ceiling_per_extension_day = 9\nloss_ceiling_per_day = 8',
    'is more than',
  ],
  ['two digits to press', '[warning]\ndigit = "12"', 'must be "random" or one digit'],
  ['a text for a switch', '[block]\nannounce = "yes"', 'must be true or false'],
  ['an address that is none', '[agi]\nlisten = "127.0.0.1:99999"', '[agi] listen "127.0.0.1:99999" is no address'],
  ['a site without match', '[sites.a]\ncountry = "DE"', '[sites] a needs match'],
  ['a site called default', '[sites.default]\nmatch = "x"', 'take another name'],
  ['a secret in the file itself', '[agi]\nkey = "hunter22"', '[agi] key is no known key; did you mean key_env?'],
  ['two places for a secret', '[agi]\nkey_env = "A"\nkey_file = "B"', 'has both key_file and key_env'],
  ['an empty environment', '[agi]\nkey_env = "NO_SUCH_KEY"', 'the environment has no NO_SUCH_KEY'],
  ['a missing file', '[agi]\nkey_file = "/no/such/file"', 'cannot read /no/such/file (ENOENT)'],
  ['an event socket without its password', '[esl]\nconnect = "127.0.0.1"', 'needs password_file or password_env'],
  [
    'a PBX that is no address',
    '[agi]\nallow = ["127.0.0.1", "nonsense"]',
    'dialwarden.toml:2: [agi] allow "nonsense" is no address or network such as "203.0.113.7"',
  ],
  [
    'a FreeSWITCH that is no address',
    '[esl]\nlisten = 8084\nallow = ["10.0.0.0/33"]',
    ':3: [esl] allow "10.0.0.0/33" is no',
  ],
  ['an address to ignore that is none', '[scan]\nignore = ["office"]', ':2: [scan] ignore "office" is no address or'],
  [
    'a host name with a port',
    '[http]\nhosts = ["guard.example:8580"]',
    ':2: [http] hosts "guard.example:8580" is no host',
  ],
  ['AMI without its login', '[ami]\nconnect = "127.0.0.1"', 'needs user'],
];
for (const [what, text, message] of WRONG) test(`refused: ${what}`, () => assert.match(refused(text), message));

test('all problems are told at once, and never a secret', () => {
  assert.is(refused('[guard]\nmode = 1\n[site]\ncountry = 1').split('\n').length, 2);
  assert.not.match(refused('[agi]\nkey = "hunter22"'), 'hunter22');
});

test.run();
