import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeTcpPort } from './ports.ts';
import { until } from './until.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** One line of `dialwarden calls --json`, as far as tests look at it. */
export interface CallLine {
  uniqueid: string;
  ext: string;
  dialled: string;
  kind: string;
  e164: string | null;
  verdict: 'allow' | 'warn' | 'block';
  state: 'asking' | 'allowed' | 'confirmed' | 'refused' | 'blocked' | 'ended';
  reasons: string[];
  maxSeconds: number | null;
  incident: number | null;
  billsec: number | null;
  charged: number;
}

export interface IncidentLine {
  id: number;
  kind: string;
  severity: string;
  ext: string;
  calls: number;
  stopped: number;
}

/** States of a call that holds nothing any more. */
const OVER = ['refused', 'blocked', 'ended'];

/** The guard as a process of its own, on free ports, with its own data folder. */
export interface GuardProcess {
  agiPort: number;
  httpPort: number;
  dir: string;
  /** Runs a command of the CLI on the guard's data. */
  cli(...args: string[]): Promise<{ code: number; out: string; err: string }>;
  calls(): Promise<CallLine[]>;
  incidents(): Promise<IncidentLine[]>;
  /** Waits for `count` calls of which none is open any more. */
  settled(count: number): Promise<CallLine[]>;
  output(): string;
  signal(name: NodeJS.Signals): void;
  pid(): number;
  /** Whether the process has ended. */
  gone(): boolean;
  /** Starts it again on the same ports and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface GuardOptions {
  /** Tables of dialwarden.toml behind `[site]`, `[agi]` and `[http]`. */
  config?: string;
  site?: string;
  /** Which extensions there are (default `1XX`). */
  internal?: string;
  /** A port of its own choosing otherwise. */
  agiPort?: number;
  /** Keys of `[agi]` and `[http]`. */
  agi?: string;
  http?: string;
  env?: Record<string, string>;
  /** AMI port of the Asterisk: without it the guard learns of ends from the dialplan alone. */
  amiPort?: number;
}

export async function startGuard({
  config = '',
  site = '',
  amiPort,
  ...options
}: GuardOptions = {}): Promise<GuardProcess> {
  const dir = mkdtempSync('/tmp/dw-guard-');
  const [agiPort, httpPort, eslPort] = [
    options.agiPort ?? (await freeTcpPort()),
    await freeTcpPort(),
    await freeTcpPort(),
  ];
  const file = join(dir, 'dialwarden.toml');
  const ami = amiPort ? `[ami]\nconnect = "127.0.0.1:${amiPort}"\nuser = "test"\nsecret_env = "DW_TEST_AMI"\n` : '';
  writeFileSync(
    file,
    `[site]\ncountry = "DE"\narea_code = "30"\ninternal = "${options.internal ?? '1XX'}"\n${site}\n[agi]\nlisten = "127.0.0.1:${agiPort}"\n${options.agi ?? ''}\n[http]\nlisten = "127.0.0.1:${httpPort}"\n${options.http ?? ''}\n[esl]\nlisten = "127.0.0.1:${eslPort}"\n${ami}${config}\n`,
  );
  const common = ['--data', join(dir, 'data'), '--config', file];
  const env = { ...process.env, DW_TEST_AMI: 'test', ...options.env };
  let child: ChildProcess;
  let output = '';
  const start = async () => {
    const from = output.length;
    child = spawn(process.execPath, [MAIN, 'serve', ...common], { stdio: ['ignore', 'pipe', 'pipe'], env });
    child.stdout!.on('data', (chunk) => (output += chunk));
    child.stderr!.on('data', (chunk) => (output += chunk));
    await until(
      'the guard to be ready',
      () => {
        if (gone()) throw new Error(`the guard ended at start:\n${output}`);
        return /"?ready"?/.test(output.slice(from));
      },
      15_000,
    );
  };
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  const cli = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [MAIN, ...args, ...common],
        { env, timeout: 30_000, maxBuffer: 16 * 1024 * 1024 },
        (error, out, err) => {
          resolve({ code: error ? Number(error.code ?? -1) : 0, out, err });
        },
      );
    });
  const lines = async <T>(...args: string[]): Promise<T[]> => {
    const { code, out, err } = await cli(...args, '--json');
    if (code !== 0) throw new Error(`dialwarden ${args.join(' ')}: ${err}`);
    return out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
  const calls = () => lines<CallLine>('calls');
  await start();
  return {
    agiPort,
    httpPort,
    dir,
    cli,
    calls,
    incidents: () => lines('incidents'),
    settled: (count) =>
      until(`${count} settled calls`, async () => {
        const all = await calls();
        return all.length >= count && all.every(({ state }) => OVER.includes(state)) ? all : null;
      }),
    output: () => output,
    signal: (name) => void child.kill(name),
    pid: () => child.pid!,
    gone,
    restart: start,
    stop: async () => {
      if (!gone()) {
        child.kill('SIGCONT');
        child.kill('SIGTERM');
        await until('the guard to end', gone, 5_000).catch(() => child.kill('SIGKILL'));
      }
      if (process.env.DIALWARDEN_KEEP === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
