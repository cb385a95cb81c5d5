import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { fallbackXml } from '../../../src/pbx/freeswitch/fallback.ts';
import { suite } from '../../support/suite.ts';

const test = suite('freeswitch dialplan');
const FOLDER = join(import.meta.dirname, '../../../dialplan/freeswitch');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8').replace(/<!--.*?-->/gs, '');
const files = [...readdirSync(FOLDER).filter((name) => name.endsWith('.xml')), 'dialwarden/site.xml'];

/** Elements that are opened and not closed, in order; throws on a wrong end. */
function open(xml: string): string[] {
  const stack: string[] = [];
  for (const [, end, name, attributes = '', single] of xml.matchAll(
    /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g,
  )) {
    if (end) assert.is(stack.pop(), name, `</${name}>${attributes}`);
    else if (!single) stack.push(name!);
  }
  return stack;
}

/** The `expression` of each condition on `dw_digits` of extensions whose name begins so, as JavaScript reads it. */
const expressions = (xml: string, name: string): RegExp[] =>
  [...xml.matchAll(new RegExp(`name="${name}[^]*?dw_digits}" expression="([^"]*)"`, 'g'))].map(
    ([, source]) => new RegExp(source!.replace('\\z', '$')),
  );

test('every file is well-formed', () => {
  for (const name of files) assert.equal(open(read(name)), [], name);
});

test('a call goes on only behind the check that hangs up without a pass', () => {
  for (const name of ['00_dialwarden.xml', 'fusionpbx.xml']) {
    const actions = [...read(name).matchAll(/<action application="(\w+)" data="([^"]*)"/g)].map(
      ([, app, data]) => `${app} ${data}`,
    );
    const closed = actions.indexOf('set dw_pass=0.0.0.0');
    assert.equal(actions.slice(closed, closed + 3), [
      'set dw_pass=0.0.0.0',
      'execute_extension check XML dialwarden@pbx',
      `check_acl ${'$'}{dw_pass} 127.0.0.1/32 CALL_REJECTED`,
    ]);
    assert.match(read(name), /<anti-action application="hangup" data="CALL_REJECTED"\/>/);
  }
});

test('the verdict is preset before the guard is asked, emergency numbers come before that', () => {
  const xml = read('dialwarden.xml');
  const places = [
    'dialwarden_emergency',
    'dialwarden/*.xml',
    'dw_verdict=none',
    'application="socket"',
    'dw_verdict} XML',
  ];
  const at = places.map((text) => xml.indexOf(text));
  assert.ok(
    at.every((place, i) => place > (at[i - 1] ?? 0)),
    String(at),
  );
  assert.not(/async/.test(xml));
});

test('ids that FreeSWITCH reports alike are not asked about, and emergency numbers come before that', () => {
  const xml = read('dialwarden.xml');
  const source = /name="dialwarden_id".*?field="uuid" expression="([^"]*)"/s.exec(xml)![1]!;
  const refused = (id: string) => new RegExp(source).test(id);
  // FreeSWITCH writes `/` as it is and `@` as %40, and leaves what looks written so already.
  for (const id of ['a%2Fb@h', 'a%40h', 'a b@h', 'ü@h', 'a\nb']) assert.ok(refused(id), id);
  const honest = ['7452777e-7448-4ad7-b6c0-cf4f7cbcc151', 'a/b~c=d@h', 'a%2fb@h', '1@fe80::1%eth0', '50%@h', '%2'];
  for (const id of honest) assert.not(refused(id), id);
  const at = ['dialwarden/*.xml', 'dialwarden_off', 'dialwarden_id', 'dialwarden_check'].map((name) =>
    xml.indexOf(name),
  );
  assert.equal(
    at,
    [...at].sort((a, b) => a - b),
  );
});

test('the fallback list passes whole numbers of its patterns and emergency numbers at once', () => {
  const patterns = [
    '030XXXXX',
    '0[15-7]ZXN',
    '+49NXX',
    ...Array.from({ length: 60 }, (_, i) => `9${String(i).padStart(2, '0')}`),
  ];
  const xml = fallbackXml('site <a> -- b', { emergency: ['110', '0110'], patterns });
  assert.equal(open(xml.replace(/<!--.*?-->/gs, '')), []);
  const fallback = expressions(xml, 'dialwarden_fallback_site');
  const passes = (digits: string) => fallback.some((expression) => expression.test(digits));
  assert.is(fallback.length, 2);
  for (const digits of ['03012345', '01902', '06199', '+49234', '900', '959']) assert.ok(passes(digits), digits);
  for (const digits of ['0301234', '030123456', '02902', '01002', '+49134', '960', 'x03012345'])
    assert.not(passes(digits), digits);
  const [emergency] = expressions(xml, 'dialwarden_emergency_site');
  assert.ok(emergency!.test('0110'));
  assert.not(emergency!.test('01100'));
});

test('an empty list lets nothing pass', () => {
  assert.not(fallbackXml('x', { emergency: [], patterns: [] }).includes('extension'));
});

test.run();
