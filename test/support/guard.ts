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
  addr: string | null;
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
  title: string;
  evidence: Record<string, string | number>;
  ext: string;
  calls: number;
  stopped: number;
}

/** States of a call that holds nothing any more. */
const OVER = ['refused', 'blocked', 'ended'];

/** The CLI on one guard's data. */
interface Commands {
  /** Runs a command. */
  cli(...args: string[]): Promise<{ code: number; out: string; err: string }>;
  /** Runs a command that has to succeed, and returns what it prints; rejects with what it says otherwise. */
  run(...args: string[]): Promise<string>;
  /** The same with `--json`: an object for each line. */
  json<T>(...args: string[]): Promise<T[]>;
}

/** The guard as a process of its own, on free ports, with its own data folder. */
export interface GuardProcess extends Commands {
  agiPort: number;
  httpPort: number;
  dir: string;
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

interface Ports {
  agi: number;
  http: number;
  esl: number;
}

const toml = (ports: Ports, { config = '', site = '', amiPort, ...options }: GuardOptions): string => `[site]
country = "DE"
area_code = "30"
internal = "${options.internal ?? '1XX'}"
${site}
[agi]
listen = "127.0.0.1:${ports.agi}"
${options.agi ?? ''}
[http]
listen = "127.0.0.1:${ports.http}"
${options.http ?? ''}
[esl]
listen = "127.0.0.1:${ports.esl}"
${amiPort ? `[ami]\nconnect = "127.0.0.1:${amiPort}"\nuser = "test"\nsecret_env = "DW_TEST_AMI"\n` : ''}${config}
`;

function commands(common: string[], env: NodeJS.ProcessEnv): Commands {
  const options = { env, timeout: 30_000, maxBuffer: 16 * 1024 * 1024 };
  const cli: Commands['cli'] = (...args) =>
    new Promise((resolve) => {
      execFile(process.execPath, [MAIN, ...args, ...common], options, (error, out, err) => {
        resolve({ code: error ? Number(error.code ?? -1) : 0, out, err });
      });
    });
  const run: Commands['run'] = async (...args) => {
    const { code, out, err } = await cli(...args);
    if (code !== 0) throw new Error(`dialwarden ${args.join(' ')}: exit code ${code}: ${err}`);
    return out;
  };
  const json = async <T>(...args: string[]): Promise<T[]> => {
    const lines = (await run(...args, '--json')).split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line));
  };
  return { cli, run, json };
}

interface Served extends Pick<GuardProcess, 'output' | 'signal' | 'pid' | 'gone'> {
  start(): Promise<void>;
  /** Ends it, frozen or not. */
  end(): Promise<void>;
}

/** `dialwarden serve` as a process that can be started again. */
function served(common: string[], env: NodeJS.ProcessEnv): Served {
  let child: ChildProcess;
  let output = '';
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  return {
    start: async () => {
      const from = output.length;
      child = spawn(MAIN, ['serve', ...common], { stdio: ['ignore', 'pipe', 'pipe'], env });
      child.stdout!.on('data', (chunk) => (output += chunk));
      child.stderr!.on('data', (chunk) => (output += chunk));
      const ready = () => {
        if (gone()) throw new Error(`the guard ended at start:\n${output}`);
        return /"?ready"?/.test(output.slice(from));
      };
      await until('the guard to be ready', ready, 15_000);
    },
    output: () => output,
    signal: (name) => void child.kill(name),
    pid: () => child.pid!,
    gone,
    end: async () => {
      if (gone()) return;
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await until('the guard to end', gone, 5_000).catch(() => child.kill('SIGKILL'));
    },
  };
}

/** Starts the guard and waits until it answers calls. */
export async function startGuard(options: GuardOptions = {}): Promise<GuardProcess> {
  const dir = mkdtempSync('/tmp/dw-guard-');
  const ports = {
    agi: options.agiPort ?? (await freeTcpPort()),
    http: await freeTcpPort(),
    esl: await freeTcpPort(),
  };
  const file = join(dir, 'dialwarden.toml');
  writeFileSync(file, toml(ports, options));
  const common = ['--data', join(dir, 'data'), '--config', file];
  const env = { ...process.env, DW_TEST_AMI: 'test', ...options.env };
  const { start, end, ...running } = served(common, env);
  const shell = commands(common, env);
  const calls = () => shell.json<CallLine>('calls');
  await start();
  return {
    agiPort: ports.agi,
    httpPort: ports.http,
    dir,
    ...shell,
    ...running,
    calls,
    incidents: () => shell.json<IncidentLine>('incidents'),
    settled: (count) =>
      until(`${count} settled calls`, async () => {
        const all = await calls();
        return all.length >= count && all.every(({ state }) => OVER.includes(state)) ? all : null;
      }),
    restart: start,
    stop: async () => {
      await end();
      if (process.env.DIALWARDEN_KEEP === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
