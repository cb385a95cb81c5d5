import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { fetched } from '../fetched.ts';
import { freeTcpPort } from '../ports.ts';
import { until } from '../until.ts';

const run = promisify(execFile);

/** A mail as the server took it; names of headers in lower case. */
export interface Mail {
  from: string;
  to: string[];
  tls: boolean;
  user: string | null;
  headers: Record<string, string>;
  text: string;
}

export interface SmtpServer {
  port: number;
  /** The certificate to trust, and the file it is in. */
  ca: string;
  caFile: string;
  mails: Mail[];
  /** Waits until that many were taken. */
  taken(count: number, ms?: number): Promise<Mail[]>;
  /** Takes a while to be told. `stall`: it takes a mail and never says so. */
  behave(how: 'take' | 'stall' | 'refuse'): void;
  /** Goes away at once. */
  stop(): Promise<void>;
  /** Comes back on the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface SmtpOptions {
  mode: 'starttls' | 'tls' | 'none';
  user?: string;
  password?: string;
}

/** A certificate of its own for 127.0.0.1: the files of it and its key. */
async function certificate(dir: string): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', ['req', '-x509', ...ec, '-days', '2', ...subject, '-keyout', key, '-out', cert]);
  return { cert, key };
}

type Tools = [packages: string, python: string];

/** server.py as a process that listens, and dies with this one. */
async function listening(
  [packages, python]: Tools,
  args: string[],
  onMail: (mail: Mail) => void,
): Promise<ChildProcess> {
  const command = ['--pdeathsig', 'KILL', python, '-W', 'ignore', join(import.meta.dirname, 'server.py'), ...args];
  const env = { ...process.env, PYTHONPATH: packages };
  const child = spawn('setpriv', command, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let ready = false;
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const said = JSON.parse(line);
    if (said.ready) ready = true;
    else onMail(said);
  });
  const up = () => {
    if (child.exitCode !== null) throw new Error(`the SMTP server ended with ${child.exitCode}`);
    return ready;
  };
  await until('the SMTP server', up, 10_000);
  return child;
}

/** Debian's aiosmtpd on a free port of 127.0.0.1. Skips the suite where there is none to get. */
export async function smtpServer({ mode, user = '', password = '' }: SmtpOptions): Promise<SmtpServer> {
  const tools = (await fetched('mail/fetch.sh')) as Tools;
  const dir = mkdtempSync('/tmp/dw-mail-');
  const port = await freeTcpPort();
  const { cert, key } = await certificate(dir);
  const mails: Mail[] = [];
  let child: ChildProcess | null = null;
  const start = async () => {
    child = await listening(tools, [String(port), mode, user, password, cert, key], (mail) => void mails.push(mail));
  };
  const stop = async () => {
    const mine = child;
    child = null;
    if (!mine || mine.exitCode !== null) return;
    mine.kill('SIGKILL');
    await until('the SMTP server to end', () => mine.signalCode !== null);
  };
  await start();
  return {
    port,
    ca: readFileSync(cert, 'utf8'),
    caFile: cert,
    mails,
    taken: (count, ms) => until(`${count} mails`, () => mails.length >= count && mails, ms),
    behave: (how) => void child?.stdin?.write(`${how}\n`),
    start,
    stop,
    close: async () => {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
