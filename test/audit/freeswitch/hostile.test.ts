import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { auditFreeswitch } from '../../../src/audit/freeswitch/index.ts';
import { suite } from '../../support/suite.ts';
import type { Files } from '../folder.ts';
import { audit, brief, context } from './fixture.ts';

const test = suite('audit of FreeSWITCH: hostile files');

const include = (data: string) => `<X-PRE-PROCESS cmd="include" data="${data}"/>\n`;
/** What was said of the files whose name holds `part`. */
const said = (found: ReturnType<typeof audit>, part: string): string[] =>
  found.unread.filter(({ file }) => file.includes(part)).map(({ why }) => why);

test('includes in a circle, and of oneself, are one line each', () => {
  const found = audit({
    'autoload_configs/a.xml': include('../loop/b.xml'),
    'loop/b.xml': include('../autoload_configs/a.xml'),
    'autoload_configs/self.xml': include('self.xml'),
  });
  assert.match(said(found, 'loop/b.xml')[0]!, /a loop/);
  assert.match(said(found, 'self.xml')[0]!, /a loop/);
  assert.is(found.unread.length, 2);
});

test('files that include all the others end by the number of files', () => {
  const files: Files = {};
  for (let i = 0; i < 12; i++) files[`loop/${i}.xml`] = include('*.xml');
  const found = audit({ ...files, 'autoload_configs/a.xml': include('../loop/*.xml') });
  assert.ok(found.unread.some(({ why }) => /more than 20000 files/.test(why)));
});

test('a chain of includes deeper than FreeSWITCH follows', () => {
  const files: Files = {};
  for (let i = 0; i < 130; i++) files[`chain/${i}.xml`] = include(`${i + 1}.xml`);
  assert.ok(
    audit({ ...files, 'autoload_configs/a.xml': include('../chain/0.xml') }).unread.some(({ why }) =>
      /nested deeper/.test(why),
    ),
  );
});

test('100 MB, binary, a FIFO, a folder, a device and what may not be read are one line each', () => {
  const found = audit({ 'autoload_configs/binary.xml': 'a\0b' }, (dir) => {
    const at = (name: string) => join(dir, 'autoload_configs', name);
    const big = openSync(at('big.xml'), 'w');
    ftruncateSync(big, 100 * 1024 * 1024);
    closeSync(big);
    execFileSync('mkfifo', [at('fifo.xml')]);
    mkdirSync(at('folder.xml'));
    symlinkSync('/dev/zero', at('zero.xml'));
    symlinkSync(at('round.xml'), at('round.xml'));
    writeFileSync(at('locked.xml'), 'x');
    chmodSync(at('locked.xml'), 0);
  });
  assert.equal(said(found, 'big.xml'), ['is larger than 16 MB']);
  assert.equal(said(found, 'binary.xml'), ['is no text']);
  for (const name of ['fifo.xml', 'folder.xml', 'zero.xml'])
    assert.match(said(found, name).join(), /^is (no ordinary file|a folder)$/, name);
  if (process.getuid?.() !== 0) assert.match(said(found, 'locked.xml')[0]!, /may not be read/);
  assert.equal(brief(found), [], 'the rest was audited all the same');
});

test('entities and variables that double themselves are not expanded', () => {
  const entities = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 20 }, (_, i) => `<!ENTITY b${i} "&a;&a;&a;&a;">`).join('')}]>\n<x>&b19;</x>\n`;
  const doubling = Array.from(
    { length: 40 },
    (_, i) => `<X-PRE-PROCESS cmd="set" data="v${i + 1}=$\${v${i}}$\${v${i}}"/>\n`,
  ).join('');
  const found = audit({
    'autoload_configs/entities.xml': entities,
    'autoload_configs/doubling.xml': `<X-PRE-PROCESS cmd="set" data="v0=0123456789"/>\n${doubling}<x y="$\${v40}"/>\n`,
  });
  assert.match(said(found, 'doubling.xml')[0]!, /longer than 1 MB/);
  const many = `<X-PRE-PROCESS cmd="set" data="v=${'x'.repeat(500_000)}"/>\n${'<x y="$${v}"/>\n'.repeat(500)}`;
  assert.match(said(audit({ 'autoload_configs/many.xml': many }), 'many.xml')[0]!, /larger than 32 MB/);
});

test('XML that is broken, nested without end, or of a million elements', () => {
  const broken = audit({ 'directory/zz.xml': '<domain name="x"><user id="1"></domain>\n<<<>>> </never>\n' });
  assert.match(said(broken, 'zz.xml')[0]!, /not well-formed/);
  assert.is(said(broken, 'zz.xml').length, 1);
  assert.match(
    said(audit({ 'directory/zz.xml': '<a>\n'.repeat(200_000) }), 'zz.xml')[0]!,
    /nests deeper|not well-formed/,
  );
  assert.ok(said(audit({ 'directory/zz.xml': '<a/>'.repeat(600_000) }), 'zz.xml').length > 0);
});

test('expressions that take exponential time, and a dialplan that branches without end', () => {
  const slow = [
    '(a+)+$',
    '^(\\d+)*(\\d+)*(\\d+)*x$',
    '(.*)*(.*)*(.*)*y',
    '(?:(?:\\d+)+)+z',
    '^(5|5)*x$',
    '^((\\d+))+z$',
    `^${'5?'.repeat(40)}${'5'.repeat(40)}x$`,
    `^${'\\d*'.repeat(30)}x$`,
    '[',
    '(?<=',
    `^(${'1|'.repeat(3000)}2)$`,
  ];
  const extensions = slow.map(
    (expression, i) =>
      `<extension name="e${i}"><condition field="destination_number" expression="${expression.replace('<', '&lt;')}"><action application="bridge" data="sofia/gateway/g/$1"/></condition></extension>`,
  );
  const branch = Array.from(
    { length: 40 },
    (_, i) =>
      `<extension name="b${i}" continue="true"><condition field="$` +
      `{x}" expression="y"><action application="execute_extension" data="${i}$` +
      `{destination_number} XML branch"/></condition></extension>`,
  );
  const found = audit({
    'dialplan/slow.xml': context('slow', extensions.join('\n')),
    'dialplan/branch.xml': context('branch', branch.join('\n')),
    'dialplan/inside/20.xml':
      '<extension name="on"><condition field="destination_number" expression="^(.*)$"><action application="transfer" data="$1 XML branch"/></condition></extension>',
  });
  assert.ok(found.unread.some(({ why }) => /too large to follow/.test(why)));
});

test('nothing there, and nothing in it, is said and not taken for clean', () => {
  const nothing = auditFreeswitch('/nonexistent');
  assert.match(nothing.unread[0]!.why, /not there/);
  assert.is(nothing.files, 0);
  const empty = audit({ 'freeswitch.xml': '<document/>\n' });
  assert.equal(
    empty.unread.map(({ why }) => why.split(',')[0]),
    ['holds nothing of the configuration', 'holds nothing of the dialplan', 'holds nothing of the directory'],
  );
});

test.run();
