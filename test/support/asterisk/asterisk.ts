import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { freeTcpPort, freeUdpPort } from '../ports.ts';
import { sleep, until } from '../until.ts';
import { type AsteriskOptions, type Ports, writeConfig } from './config.ts';
import { asteriskTree, command } from './tree.ts';

/** One row of cdr-csv/Master.csv. */
export interface CdrRow {
  src: string;
  dst: string;
  dcontext: string;
  channel: string;
  dstchannel: string;
  lastapp: string;
  lastdata: string;
  start: string;
  answer: string;
  end: string;
  duration: number;
  billsec: number;
  disposition: string;
  uniqueid: string;
  accountcode: string;
}

export interface Asterisk {
  sipPort: number;
  amiPort: number;
  dir: string;
  pid(): number;
  /** Runs one CLI command and returns what it prints. */
  cli(line: string): Promise<string>;
  /** The CDRs written so far. */
  cdr(): CdrRow[];
  /** Waits for `count` CDRs and returns all there are. */
  cdrs(count: number): Promise<CdrRow[]>;
  /** Names of the live channels. */
  channels(): Promise<string[]>;
  /** Waits until every channel is in a bridge: a REFER that comes before gets 400. */
  bridged(): Promise<void>;
  /** Waits until no channel is left. */
  idle(ms?: number): Promise<void>;
  /** The log at verbosity 4. */
  log(): string;
  /** Waits for a line of the log written after `from` (an earlier `log().length`). */
  logged(pattern: RegExp, ms?: number, from?: number): Promise<RegExpMatchArray>;
  /** Sets a dialplan global. */
  setGlobal(name: string, value: string): Promise<void>;
  /** Ends it as a crash does and starts it again on the same ports. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const CDR_COLUMNS =
  'accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end duration billsec disposition amaflags uniqueid userfield'.split(
    ' ',
  );

/** Starts a real Asterisk on free ports of 127.0.0.1, in a folder of its own. Skips the suite where none is to be had. */
export async function startAsterisk(options: AsteriskOptions): Promise<Asterisk> {
  const tree = await asteriskTree();
  // The control socket's path must stay under 108 bytes, so never below a long TMPDIR.
  const dir = mkdtempSync('/tmp/dw-pbx-');
  const ports: Ports = { sip: await freeUdpPort(), ami: await freeTcpPort() };
  writeConfig(dir, tree, ports, options);
  const [program, args] = command(tree, 'usr/sbin/asterisk', ['-C', join(dir, 'etc/asterisk.conf'), '-f', '-n']);
  let output = '';
  const start = () => {
    const child = spawn(program, args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    return child;
  };
  const running: Running = { child: start() };
  const pbx: Asterisk = {
    ...handle(tree, dir, ports, running),
    crash: async () => {
      running.child.kill('SIGKILL');
      await until('Asterisk to be gone', () => running.child.signalCode !== null);
      running.child = start();
      await booted(pbx, running.child, ports, () => output);
    },
  };
  try {
    await booted(pbx, running.child, ports, () => output);
  } catch (error) {
    await pbx.stop();
    throw error;
  }
  return pbx;
}

interface Running {
  child: ChildProcess;
}

async function booted(pbx: Asterisk, child: ChildProcess, ports: Ports, output: () => string): Promise<void> {
  await until(
    'Asterisk to boot',
    async () => {
      if (child.exitCode !== null) throw new Error(`Asterisk ended at start: ${tail(output())} ${tail(pbx.log())}`);
      if (!existsSync(join(pbx.dir, 'run/asterisk.ctl'))) return false;
      return /fully booted/.test(await pbx.cli('core waitfullybooted').catch(() => ''));
    },
    30_000,
  );
  if (!(await udpAnswers(ports.sip)))
    throw new Error(`Asterisk does not answer SIP on ${ports.sip}: ${tail(pbx.log())}`);
}

function handle(tree: string, dir: string, ports: Ports, running: Running): Omit<Asterisk, 'crash'> {
  const logFile = join(dir, 'log/full');
  const cdrFile = join(dir, 'log/cdr-csv/Master.csv');
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const cli = async (line: string): Promise<string> => {
    const [program, args] = command(tree, 'usr/sbin/asterisk', ['-C', join(dir, 'etc/asterisk.conf'), '-rx', line]);
    return (await promisify(execFile)(program, args, { timeout: 10_000 })).stdout;
  };
  const cdr = (): CdrRow[] =>
    parse<Record<string, string>>(read(cdrFile), { columns: CDR_COLUMNS, relaxColumnCount: true }).map(
      (row) => ({ ...row, duration: Number(row.duration), billsec: Number(row.billsec) }) as unknown as CdrRow,
    );
  const rows = async (): Promise<string[][]> =>
    (await cli('core show channels concise'))
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('!'));
  const channels = async (): Promise<string[]> => (await rows()).map(([name]) => name!);
  return {
    sipPort: ports.sip,
    amiPort: ports.ami,
    dir,
    pid: () => running.child.pid!,
    cli,
    cdr,
    channels,
    bridged: async () => {
      await until('all channels to be joined', async () => (await rows()).every((row) => row.at(-2) !== ''), 5_000);
    },
    cdrs: async (count) => {
      await until(`${count} CDRs`, () => cdr().length >= count);
      return cdr();
    },
    idle: async (ms = 5_000) => {
      await until('all channels to end', async () => (await channels()).length === 0, ms);
    },
    log: () => read(logFile),
    logged: (pattern, ms = 5_000, from = 0) =>
      until(`the log line ${pattern}`, () => read(logFile).slice(from).match(pattern), ms),
    setGlobal: async (name, value) => {
      await cli(`dialplan set global ${name} ${value}`);
    },
    stop: () => stop(running.child, dir),
  };
}

async function stop(child: ChildProcess, dir: string): Promise<void> {
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  if (!gone()) child.kill('SIGTERM');
  await until('Asterisk to end', gone, 3_000).catch(async () => {
    child.kill('SIGKILL');
    await sleep(100);
  });
  if (process.env.DIALWARDEN_KEEP === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
}

/** Whether an OPTIONS to the port is answered by anything. */
function udpAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const done = (answer: boolean) => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => done(false), 3_000);
    socket.on('message', () => done(true));
    socket.bind(0, '127.0.0.1', () => {
      const from = `127.0.0.1:${socket.address().port}`;
      const via = `Via: SIP/2.0/UDP ${from};rport;branch=z9hG4bKprobe`;
      const lines = [
        'Max-Forwards: 70',
        `From: <sip:probe@${from}>;tag=p`,
        `To: <sip:s@127.0.0.1>`,
        `Call-ID: ${from}`,
      ];
      const rest = ['CSeq: 1 OPTIONS', 'Content-Length: 0', '', ''];
      socket.send(['OPTIONS sip:s@127.0.0.1 SIP/2.0', via, ...lines, ...rest].join('\r\n'), port, '127.0.0.1');
    });
  });
}

const tail = (text: string): string => text.trim().split('\n').slice(-8).join('\n');
