import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { preprocess } from '../../../src/audit/freeswitch/preprocess.ts';
import { readTree } from '../../../src/audit/freeswitch/tree.ts';
import { suite } from '../../support/suite.ts';
import { type Files, inFolder } from '../folder.ts';

const test = suite("FreeSWITCH's pre-processor");

/** Writes files, reads the first of them, and returns what the parser would get as `file:line text`, and what was unread. */
function run(files: Files) {
  return inFolder(files, (dir) => {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text.replaceAll('DIR', dir));
    const lines: string[] = [];
    const within = (text: string) => text.replaceAll(`${dir}/`, '');
    const root = join(dir, Object.keys(files)[0]!);
    const { unread } = preprocess(root, (text, file, line) => lines.push(`${within(file)}:${line} ${text.trimEnd()}`));
    const { root: tree } = readTree(root);
    return { lines, unread: unread.map((each) => `${within(each.file)}:${each.line} ${within(each.why)}`), tree };
  });
}

const set = (data: string) => `<X-PRE-PROCESS cmd="set" data="${data}"/>\n`;
const include = (data: string) => `<X-PRE-PROCESS cmd="include" data="${data}"/>\n`;

test('variables: set in order, spaces trimmed, unknown ones empty, put in once', () => {
  const { lines } = run({
    'a.xml': `${set('a = 1')}${set('b=$${a}2')}<x y="$\${b}" z="$\${unknown}" w="$\{call}"/>\n${set('a=9')}<x y="$\${a}$\${b}"/>\n`,
  });
  assert.equal(lines, [`a.xml:3 <x y="12" z="" w="\${call}"/>`, 'a.xml:5 <x y="912"/>']);
});

test('what only a running FreeSWITCH knows stays as it is written', () => {
  const { lines } = run({ 'a.xml': `${set('domain=$${local_ip_v4}')}<x y="$\${domain}"/>\n` });
  assert.equal(lines, [`a.xml:2 <x y="$\${local_ip_v4}"/>`]);
});

test('includes: relative to the including file, sorted, by absolute path and conf_dir', () => {
  const { lines } = run({
    'a.xml': `${include('sub/*.xml')}${include('DIR/abs.xml')}${include('$${conf_dir}/sub/../abs.xml')}`,
    'sub/2.xml': '<two/>\n',
    'sub/1.xml': `<one/>\n${include('deep/[ab].xml')}`,
    'sub/.hidden.xml': '<hidden/>\n',
    'sub/deep/a.xml': '<deep/>\n',
    'sub/deep/c.xml': '<other/>\n',
    'abs.xml': '<abs/>',
  });
  assert.equal(lines, [
    'sub/1.xml:1 <one/>',
    'sub/deep/a.xml:1 <deep/>',
    'sub/2.xml:1 <two/>',
    'abs.xml:1 <abs/>',
    'abs.xml:1 <abs/>',
  ]);
});

test('the comment forms, over several lines too', () => {
  const { lines } = run({
    'a.xml': `<x/><!--#set "a=1"--><y v="$\${a}"/>\n<z v="$\${a}"/>\n<!--#include "b.xml"-->\n<!--#comment\n<no/>\n--><yes/>\n`,
    'b.xml': '<b/>\n',
  });
  const left = lines.filter((line) => !line.endsWith(' '));
  assert.equal(left, ['a.xml:1 <x/><y v=""/>', 'a.xml:2 <z v="1"/>', 'b.xml:1 <b/>', 'a.xml:6 <yes/>']);
});

test('lines of include, of declarations, and of disabled directives are dropped; one in a comment counts', () => {
  const { lines } = run({
    'a.xml': `<?xml version="1.0"?>\n<include>\n<XX-PRE-PROCESS cmd="set" data="a=0"/>\n<!-- ${set('a=1').trimEnd()} -->\n<x y="$\${a}"/>\n</include>\n`,
  });
  assert.equal(lines, ['a.xml:5 <x y="1"/>']);
});

test('commands are not run but listed; so are missing files', () => {
  const { unread } = run({
    'a.xml': `<X-PRE-PROCESS cmd="exec" data="touch DIR/ran"/>\n<X-PRE-PROCESS cmd="exec-set" data="a=id"/>\n<X-PRE-PROCESS cmd="env-set" data="a=HOME"/>\n${include('gone.xml')}${include('none/*.xml')}${include('$${sounds_dir}/x.xml')}`,
  });
  assert.match(unread[0]!, /^a\.xml:1 has an "exec" that was not carried out/);
  assert.match(unread[1]!, /^a\.xml:2 has an "exec-set"/);
  assert.match(unread[2]!, /^a\.xml:3 has an "env-set"/);
  assert.match(unread[3]!, /^gone\.xml:null is not there, though a\.xml:4/);
  assert.match(unread[4]!, /known to FreeSWITCH only/);
  assert.is(unread.length, 5);
});

test('elements keep the file and line in which they begin, and are read as FreeSWITCH reads them', () => {
  const { tree } = run({
    'a.xml': `<doc>\n${include('b.xml')}<c\n d="1 & 2 &lt;"\n/>\n</doc>\n`,
    'b.xml': '<!-- x -->\n\n<b e="<sip:x@y>"><![CDATA[<t>]]></b>\n',
  });
  const [doc] = tree.children;
  const [b, c] = doc!.children;
  assert.match(b!.file, /b\.xml$/);
  assert.is(b!.line, 3);
  assert.is(b!.text, '<t>');
  assert.is(c!.line, 3);
  assert.is(c!.attributes.d, '1 & 2 <');
});

test.run();
