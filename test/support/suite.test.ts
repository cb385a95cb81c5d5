import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as assert from 'uvu/assert';
import { suite } from './suite.ts';

const test = suite('suite', { timeout: 20_000 });
const SUITE = pathToFileURL(join(import.meta.dirname, 'suite.ts')).href;

test.before((ctx) => {
  ctx.dir = mkdtempSync(join(tmpdir(), 'dw-suite-'));
});
test.after((ctx) => rmSync(ctx.dir, { recursive: true }));

function run(dir: string, body: string, env: Record<string, string> = {}) {
  const file = join(dir, 'case.mjs');
  writeFileSync(file, `import { suite, skip } from '${SUITE}';\n${body}`);
  const child = spawnSync(process.execPath, ['--import', 'tsx', file], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH!, NO_COLOR: '1', ...env },
  });
  return { code: child.status, out: child.stdout + child.stderr };
}

const OK = "const t = suite('s'); t('a', () => {});";

test('a passing suite ends with 0', ({ dir }) => {
  assert.is(run(dir, `${OK} t.run();`).code, 0);
});

test('a suite that was never run fails', ({ dir }) => {
  const { code, out } = run(dir, OK);
  assert.is(code, 1);
  assert.match(out, 's > a: never ran to its end');
});

test('a throwing before() fails every test', ({ dir }) => {
  const { code, out } = run(dir, `${OK} t.before(() => { throw new Error('no port'); }); t.run();`);
  assert.is(code, 1);
  assert.match(out, 'no port');
});

test('after.each() runs behind a throwing before.each(), whose error is the one that is told', ({ dir }) => {
  const { code, out } = run(
    dir,
    `${OK} t.before.each(() => { throw new Error('no port'); });
t.after.each(() => { console.log('cleared'); throw new Error('nothing to clear'); }); t.run();`,
  );
  assert.is(code, 1);
  assert.match(out, 'cleared');
  assert.match(out, 'no port');
  assert.not.match(out, 'nothing to clear');
});

test('a throwing after() fails', ({ dir }) => {
  assert.is(run(dir, `${OK} t.after(() => { throw new Error('x'); }); t.run();`).code, 1);
});

test('a test that hangs fails after its time', ({ dir }) => {
  const { code, out } = run(
    dir,
    "const t = suite('s', { timeout: 50 }); t('a', () => new Promise(() => {})); t.run();",
  );
  assert.is(code, 1);
  assert.match(out, 'longer than 50 ms');
});

test('a thrown string is reported, and the tests behind it run', ({ dir }) => {
  const { code, out } = run(dir, "const t = suite('s'); t('a', () => { throw 'text'; }); t('b', () => {}); t.run();");
  assert.is(code, 1);
  assert.match(out, 'thrown: text');
  assert.match(out, /Passed: +1/);
});

test('process.exit(0) in a test does not pass it', ({ dir }) => {
  assert.is(run(dir, "const t = suite('s'); t('a', () => process.exit(0)); t.run();").code, 1);
});

test('a skip says why, and fails where CI=true', ({ dir }) => {
  const body = "const t = suite('s'); t.skipUnless(false, 'no PBX here'); t('a', () => { throw 1; }); t.run();";
  const here = run(dir, body);
  assert.is(here.code, 0);
  assert.match(here.out, 'SKIPPED s > a: no PBX here');
  assert.is(run(dir, body, { CI: 'true' }).code, 1);
});

test('a skip in before() skips all of the suite', ({ dir }) => {
  const { code, out } = run(dir, `${OK} t.before(() => skip('offline')); t.run();`);
  assert.is(code, 0);
  assert.match(out, 'SKIPPED s > a: offline');
});

test.run();
