import {
  chmodSync,
  lchownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { keepCopy, readPlain, removePlain, replacePlain, Untrusted } from '../../src/install/place.ts';
import { skip, suite } from '../support/suite.ts';

const test = suite<{ dir: string }>('place');
const ME = { uid: process.getuid!(), gid: process.getgid!(), mode: 0o640 };

test.before.each((t) => {
  t.dir = mkdtempSync(join(tmpdir(), 'dw-place-'));
});
test.after.each(({ dir }) => rmSync(dir, { recursive: true }));

const untrusted = (work: () => unknown, why: RegExp) =>
  assert.throws(work, (error: Error) => error instanceof Untrusted && why.test(error.message));

test('a file is read, replaced with its mode, and taken away; bytes of any encoding stay', ({ dir }) => {
  const path = join(dir, 'a.conf');
  assert.is(readPlain(path), null);
  writeFileSync(path, Buffer.from([0xe9, 0x0a, 0xff]));
  chmodSync(path, 0o600);
  const found = readPlain(path)!;
  assert.is(found.text, '\u00e9\n\u00ff');
  replacePlain(path, `${found.text}!`, { ...found, mode: 0o640 });
  assert.equal([...readFileSync(path)], [0xe9, 0x0a, 0xff, 0x21]);
  assert.is(statSync(path).mode & 0o777, 0o640);
  removePlain(path);
  assert.equal(readdirSync(dir), []);
});

test('copies are kept beside it under names of their own, as private as the file', ({ dir }) => {
  const path = join(dir, 'a.conf');
  writeFileSync(path, 'one\n', { mode: 0o600 });
  const copies = [1, 2, 3].map(() => keepCopy(path, readPlain(path)!));
  assert.equal(copies, [`${path}.bak`, `${path}.bak-2`, `${path}.bak-3`]);
  assert.is(statSync(copies[2]!).mode & 0o777, 0o600);
});

test('a link of our own is followed, relative or absolute; the link stays', ({ dir }) => {
  mkdirSync(join(dir, 'real'));
  writeFileSync(join(dir, 'real/a'), 'x');
  symlinkSync('real', join(dir, 'near'));
  symlinkSync(join(dir, 'near/../real/a'), join(dir, 'far'));
  assert.is(readPlain(join(dir, 'far'))!.text, 'x');
  replacePlain(join(dir, 'far'), 'y', ME);
  assert.is(readFileSync(join(dir, 'real/a'), 'utf8'), 'y');
  symlinkSync('loop', join(dir, 'loop'));
  untrusted(() => readPlain(join(dir, 'loop')), /too many links/);
});

test('a folder, a pipe’s place and a file with a second name are refused', ({ dir }) => {
  mkdirSync(join(dir, 'folder'));
  untrusted(() => readPlain(join(dir, 'folder')), /no plain file/);
  writeFileSync(join(dir, 'a'), 'x');
  linkSync(join(dir, 'a'), join(dir, 'b'));
  untrusted(() => readPlain(join(dir, 'b')), /another name/);
});

test('root follows no link that a lesser user made, be it the file or a folder on the way', ({ dir }) => {
  if (process.getuid!() !== 0) skip('only root can make a link of another user');
  const secret = join(dir, 'shadow');
  writeFileSync(secret, 'secret');
  mkdirSync(join(dir, 'pbx'));
  for (const [name, to] of [
    ['extensions.conf', secret],
    ['folder', dir],
  ] as const) {
    symlinkSync(to, join(dir, 'pbx', name));
    lchownSync(join(dir, 'pbx', name), 1234, 1234);
  }
  for (const path of [join(dir, 'pbx/extensions.conf'), join(dir, 'pbx/folder/shadow')]) {
    untrusted(() => readPlain(path), /link that belongs to user 1234/);
    untrusted(() => replacePlain(path, 'x', ME), /1234/);
    untrusted(() => removePlain(path), /1234/);
  }
  assert.is(readFileSync(secret, 'utf8'), 'secret');
  // What a lesser user puts where the new file is written is replaced and not written through.
  writeFileSync(join(dir, 'pbx/b.conf'), 'old');
  symlinkSync(secret, join(dir, 'pbx/b.conf.dialwarden-new'));
  replacePlain(join(dir, 'pbx/b.conf'), 'new', ME);
  assert.is(readFileSync(secret, 'utf8'), 'secret');
});

test.run();
