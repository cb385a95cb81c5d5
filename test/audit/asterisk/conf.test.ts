import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { newReading, readConf } from '../../../src/audit/asterisk/conf.ts';
import { glob, matchesName } from '../../../src/audit/glob.ts';
import { scratch } from '../../support/cli.ts';
import { suite } from '../../support/suite.ts';
import { write } from '../folder.ts';

const test = suite('audit: Asterisk configuration files');

test.before.each((ctx) => void Object.assign(ctx, scratch()));
test.after.each((ctx) => ctx.remove());

/** `[name] key=value@file:line ...` of each section, and the reasons of what was not read. */
function read(dir: string, files: Record<string, string>): { sections: string[]; unread: string[] } {
  write(dir, files);
  const reading = newReading(dir);
  const place = (file: string, line: number) => `${file.slice(dir.length + 1)}:${line}`;
  const sections = readConf(reading, 'a.conf').map(
    (s) => `[${s.name}]${s.entries.map((e) => ` ${e.name}=${e.value}@${place(e.file, e.line)}`).join('')}`,
  );
  const unread = reading.unread.map(
    (u) => `${u.file.slice(dir.length + 1)}:${u.line} ${u.why.replaceAll(`${dir}/`, '')}`,
  );
  return { sections, unread };
}

test('comments, escapes, arrows and additions', ({ dir }) => {
  const text = [
    '[x] ; a section',
    'a = 1;2',
    'b => one\\;two ; rest',
    ';-- a block',
    'c = hidden',
    '--; d = 4 ;-- short --; e',
    ';--- no block',
    'f=',
    'a += 5',
    'no assignment',
  ];
  const { sections, unread } = read(dir, { 'a.conf': text.join('\r\n') });
  assert.equal(sections, ['[x] a=1@a.conf:2 b=one;two@a.conf:3 d=4  e@a.conf:6 f=@a.conf:8 a=15@a.conf:9']);
  assert.equal(unread, []);
});

test('templates give their values first, and are no sections of their own', ({ dir }) => {
  const { sections } = read(dir, {
    'a.conf': '[t](!)\na=1\n[u](!,t)\nb=2\n[x](u)\na=3\n[x](+)\nc=4\n[x]\nd=5\n',
  });
  assert.equal(sections, ['[x] a=1@a.conf:2 b=2@a.conf:4 a=3@a.conf:6 c=4@a.conf:8', '[x] d=5@a.conf:10']);
});

test('includes stand where they are written, sorted, and keep their own lines', ({ dir }) => {
  const { sections, unread } = read(dir, {
    'a.conf': '[x]\n#include "sub/*.conf"\n#tryinclude none.conf\n#include gone.conf\n#exec /bin/false\nz=9\n',
    'sub/2.conf': 'b=2\n',
    'sub/1.conf': 'a=1\n[y]\n',
  });
  assert.equal(sections, ['[x] a=1@sub/1.conf:1', '[y] b=2@sub/2.conf:1 z=9@a.conf:6']);
  assert.equal(unread, [
    'a.conf:4 includes gone.conf, which is not there',
    'a.conf:5 runs a program (#exec), which an audit does not',
  ]);
});

test('include loops end', ({ dir }) => {
  const { sections, unread } = read(dir, { 'a.conf': '#include b.conf\n[x]\n', 'b.conf': '#include *.conf\n[y]\n' });
  assert.equal(sections, ['[y]', '[x]']);
  assert.equal(unread, [
    'b.conf:1 includes a.conf, which includes it again',
    'b.conf:1 includes b.conf, which includes it again',
  ]);
});

test('files that include each other a million times are bounded', ({ dir }) => {
  const files = Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [`${i}.conf`, `${`#include ${i + 1}.conf\n`.repeat(9)}[s]\na=1\n`]),
  );
  const { unread } = read(dir, { ...files, 'a.conf': '#include 0.conf\n', '9.conf': '' });
  assert.ok(unread.some((why) => why.includes('more than 5000 files')));
});

test('a template that doubles itself is bounded', ({ dir }) => {
  const doubling = Array.from({ length: 40 }, (_, i) => `[t${i + 1}](!,t${i},t${i})\n`).join('');
  const { unread } = read(dir, { 'a.conf': `[t0](!)\na=1\n${doubling}` });
  assert.match(unread[0]!, /more than 500000 values/);
});

test('what is no readable text is named', ({ dir }) => {
  write(dir, { 'binary.conf': 'a=1\0\n', 'long.conf': `[l]\na=${'x'.repeat(1_000_000)}\n` });
  mkdirSync(join(dir, 'folder.conf'));
  execFileSync('mkfifo', [join(dir, 'fifo.conf')]);
  const huge = openSync(join(dir, 'huge.conf'), 'w');
  ftruncateSync(huge, 100 * 1024 * 1024);
  closeSync(huge);
  symlinkSync('/dev/zero', join(dir, 'device.conf'));
  symlinkSync('loop.conf', join(dir, 'loop.conf'));
  const names = ['binary', 'folder', 'fifo', 'huge', 'device', 'long', 'loop'];
  const { sections, unread } = read(dir, { 'a.conf': names.map((name) => `#include ${name}.conf\n`).join('') });
  assert.equal(unread, [
    'binary.conf:null is no text',
    'folder.conf:null is a folder',
    'fifo.conf:null is no ordinary file',
    'huge.conf:null is larger than 16 MB',
    'device.conf:null is no ordinary file',
    'long.conf:2 is longer than the 8191 characters that Asterisk reads',
    'loop.conf:null cannot be read (ELOOP)',
  ]);
  assert.is(sections.length, 1);
});

test('names match as a shell matches them, and hostile patterns do not take long', ({ dir }) => {
  const cases: [string, string, boolean][] = [
    ['*.conf', 'a.conf', true],
    ['*.conf', '.a.conf', false],
    ['pjsip.?x*[0-9]', 'pjsip.ax-7', true],
    ['[!a]b', 'ab', false],
    ['a*b*c', 'aXbYbc', true],
    [`${'*a'.repeat(40)}b`, 'a'.repeat(200), false],
  ];
  for (const [pattern, name, expected] of cases) assert.is(matchesName(pattern, name), expected, pattern);
  assert.equal(glob(join(dir, 'none/*.conf')), []);
});

test.run();
