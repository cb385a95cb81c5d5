import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { unitFile, unitPath } from '../../src/install/service.ts';
import { fetched } from '../support/fetched.ts';
import { suite } from '../support/suite.ts';

const test = suite<{ root: string }>('unit file', { hooks: 200_000 });
/** Ten times the level that systemd-analyze(1) gives it: 1.2, of 10.0 for a service without any sandbox. */
const THRESHOLD = 15;

let program = '';
let libraries = '';

const analyze = (...args: string[]): Promise<{ code: number | string; said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, LD_LIBRARY_PATH: libraries };
    execFile(program, args, { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, said: stdout + stderr }),
    );
  });

test.before(async () => {
  [program = '', libraries = ''] = await fetched('systemd/fetch.sh');
});
test.before.each((t) => {
  t.root = mkdtempSync(join(tmpdir(), 'dw-unit-'));
  mkdirSync(join(t.root, 'etc/systemd/system'), { recursive: true });
});
test.after.each(({ root }) => rmSync(root, { recursive: true }));

function installed(root: string, dataDir: string): string {
  const unit = unitFile(root, { dataDir, config: '/etc/dialwarden/dialwarden.toml' });
  writeFileSync(unit.path, unit.text, 'latin1');
  return unitPath(root);
}

test('systemd understands every line of it, wherever the data is', async ({ root }) => {
  for (const dataDir of ['/var/lib/dialwarden', '/srv/dial warden']) {
    const { said } = await analyze('verify', '--man=no', '--recursive-errors=no', installed(root, dataDir));
    assert.not.match(said, /unrecognized option/);
    assert.equal(
      said.split('\n').filter((line) => line.includes('dialwarden.service')),
      [],
    );
  }
});

test('its sandbox stays closed', async ({ root }) => {
  const { code, said } = await analyze(
    'security',
    '--offline=true',
    `--threshold=${THRESHOLD}`,
    '--no-pager',
    installed(root, '/var/lib/dialwarden'),
  );
  assert.is(code, 0, said);
});

test.run();
