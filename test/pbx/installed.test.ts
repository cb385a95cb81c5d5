import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as assert from 'uvu/assert';
import { type Asterisk, startAsterisk } from '../support/asterisk/asterisk.ts';
import { freeTcpPort } from '../support/ports.ts';
import { type Agent, agent } from '../support/sip/agent.ts';
import { skip, suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

// The package as a customer gets it: packed, installed by npm into a prefix of its own, and then asked to fit itself into a PBX
// that is already at work.

interface Context {
  dir: string;
  root: string;
  pbx: Asterisk;
  trunk: Agent;
  phone: Agent;
  guard?: ChildProcess;
}

const test = suite<Context>('installed from the tarball', { timeout: 60_000, hooks: 180_000 });
const REPO = fileURLToPath(new URL('../..', import.meta.url));
const NO_NETWORK = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENOTCACHED|ENETUNREACH/;
const DIALPLAN = `
[from-internal]
exten => _1XX,1,Dial(PJSIP/\${EXTEN},20)
exten => _0X.,1,NoOp(as it was before the guard came)
 same => n,Dial(PJSIP/\${EXTEN}@trunk,60)
 same => n,Hangup()
`;

async function npm(args: string[], cwd: string): Promise<string> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { stdout } = await promisify(execFile)('npm', [...args, ...quiet], { cwd, maxBuffer: 1e8 });
  return stdout;
}

/** Packs and installs; the binary of better-sqlite3, which npm would build for minutes or fetch, is the one of this checkout. */
async function install(dir: string): Promise<void> {
  try {
    const [{ filename }] = JSON.parse(await npm(['pack', '--json', '--pack-destination', dir], REPO)) as [
      { filename: string },
    ];
    const prefix = ['--global', '--prefix', dir, '--prefer-offline', '--ignore-scripts'];
    await npm(['install', ...prefix, join(dir, filename)], dir);
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    if (NO_NETWORK.test(stderr)) skip(`npm cannot fetch what the package needs: ${stderr.trim().split('\n')[0]}`);
    throw error;
  }
  const built = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';
  cpSync(join(REPO, built), join(dir, 'lib/node_modules/dialwarden', built));
}

const environment = () => {
  const { DIALWARDEN_DATA: _data, DIALWARDEN_CONFIG: _config, ...env } = process.env;
  return { ...env, TZ: 'Europe/Berlin' };
};

/** Runs the installed command. */
const dialwarden = async ({ dir }: Context, ...args: string[]): Promise<string> =>
  (await promisify(execFile)(join(dir, 'bin/dialwarden'), args, { cwd: dir, env: environment() })).stdout;

const paths = ({ root }: Context) => ({
  data: join(root, 'var/lib/dialwarden'),
  config: join(root, 'etc/dialwarden/dialwarden.toml'),
});

async function call({ phone }: Context, digits: string): Promise<number> {
  const made = await phone.invite(digits);
  const status = await made.final();
  if (status === 200) made.bye();
  return status;
}

async function serve(ctx: Context): Promise<void> {
  const { data, config } = paths(ctx);
  const args = ['serve', '--data', data, '--config', config];
  const child = spawn(join(ctx.dir, 'bin/dialwarden'), args, { cwd: ctx.dir, env: environment() });
  ctx.guard = child;
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  await until('the guard to be ready', () => /"ready"/.test(output) || child.exitCode !== null, 20_000);
  assert.is(child.exitCode, null, output);
}

test.before(async (ctx) => {
  ctx.dir = mkdtempSync(join(tmpdir(), 'dw-installed-'));
  await install(ctx.dir);
  const agi = await freeTcpPort();
  ctx.trunk = await agent({ user: 'trunk' });
  ctx.pbx = await startAsterisk({
    trunks: { trunk: ctx.trunk.port },
    globals: { DW_AGI: `127.0.0.1:${agi}` },
    dialplan: DIALPLAN,
  });
  ctx.trunk.server = ctx.pbx.sipPort;
  ctx.phone = await agent({ user: '101', password: 'pw101', server: ctx.pbx.sipPort });
  ctx.root = join(ctx.dir, 'root');
  mkdirSync(join(ctx.root, 'etc/systemd/system'), { recursive: true });
  symlinkSync(join(ctx.pbx.dir, 'etc'), join(ctx.root, 'etc/asterisk'));
});
test.after(async ({ dir, pbx, trunk, phone, guard }) => {
  guard?.kill('SIGKILL');
  for (const each of [phone, trunk]) await each?.close();
  await pbx?.stop();
  if (dir) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
});

test('the tarball holds what is needed to run, and nothing else', async ({ dir }) => {
  const at = join(dir, 'lib/node_modules/dialwarden');
  const { stdout } = await promisify(execFile)(
    'find',
    ['.', '-path', './node_modules', '-prune', '-o', '-type', 'f', '-print'],
    { cwd: at },
  );
  const tops = new Set(
    stdout
      .trim()
      .split('\n')
      .map((file) => file.split('/')[1]),
  );
  assert.equal([...tops].sort(), [
    'CHANGELOG.md',
    'LICENSE',
    'NOTICE',
    'README.md',
    'dialplan',
    'dist',
    'migrations',
    'npm-shrinkwrap.json',
    'package.json',
  ]);
  assert.not.match(stdout, /dist\/derive|\.ts$|\.test\./m);
  const tarball = (await promisify(execFile)('sh', ['-c', 'ls *.tgz'], { cwd: dir })).stdout.trim();
  assert.ok(statSync(join(dir, tarball)).size < 8_000_000);
  // CVE-2023-0842: an override of this package does not reach those who install it.
  const { version } = JSON.parse(readFileSync(join(at, 'node_modules/xml2js/package.json'), 'utf8'));
  assert.match(version, /^0\.6\./);
});

test('before: calls pass unasked', async (ctx) => {
  assert.is(await call(ctx, '00881612345678'), 200);
});

test('init: calls are asked about', async (ctx) => {
  const said = await dialwarden(ctx, 'init', '--root', ctx.root, '--yes', '--country', 'DE');
  assert.match(said, 'dialplan reload');
  const { config } = paths(ctx);
  const agi = (await ctx.pbx.cli('dialplan show globals')).match(/DW_AGI=(\S+)/)![1]!;
  const own = readFileSync(config, 'utf8')
    .replace('# listen = "127.0.0.1:4573"', `listen = "${agi}"`)
    .replace('# listen = "127.0.0.1:8084"', 'listen = "127.0.0.1:0"')
    .replace('# announce = true', 'announce = false')
    .replace('# listen = "127.0.0.1:8580"', 'listen = "127.0.0.1:0"');
  writeFileSync(config, own);
  await serve(ctx);
  await ctx.pbx.cli('dialplan reload');
  assert.is(await call(ctx, '0301234567'), 200);
  assert.is(await call(ctx, '00881612345678'), 403);
  const { data } = paths(ctx);
  const calls = (await dialwarden(ctx, 'calls', '--json', '--data', data, '--config', config)).trim().split('\n');
  assert.equal(calls.map((line) => JSON.parse(line).verdict).sort(), ['allow', 'block']);
  assert.equal(ctx.trunk.dialled(), ['00881612345678', '0301234567']);
});

test('init again: nothing changes, and upgrade finds nothing to do', async (ctx) => {
  assert.match(await dialwarden(ctx, 'init', '--root', ctx.root, '--yes'), 'nothing was changed');
  assert.match(await dialwarden(ctx, 'upgrade', '--root', ctx.root, '--yes'), 'nothing was changed');
});

test('the guard dead: the installed list decides', async (ctx) => {
  ctx.guard!.kill('SIGKILL');
  await until('the guard to be gone', () => ctx.guard!.signalCode !== null);
  assert.is(await call(ctx, '0301234567'), 200);
  assert.is(await call(ctx, '00881612345678'), 403);
});

test('remove: calls pass as before, and Asterisk misses nothing', async (ctx) => {
  await dialwarden(ctx, 'remove', '--root', ctx.root, '--yes');
  const from = ctx.pbx.log().length;
  await ctx.pbx.cli('dialplan reload');
  assert.is(await call(ctx, '00881612345678'), 200);
  assert.is(await call(ctx, '0301234567'), 200);
  assert.not.match(ctx.pbx.log().slice(from), /dialwarden|WARNING|ERROR/);
  assert.match(await ctx.pbx.cli('dialplan show dialwarden'), /no existence/i);
});

test.run();
