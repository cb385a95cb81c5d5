import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asteriskTree, command } from '../asterisk/tree.ts';
import { freeUdpPort } from '../ports.ts';
import { header, parseMessage, type SipMessage, userOf } from '../sip/message.ts';
import { sleep } from '../until.ts';

/** What a sipp process left behind. */
export interface SippResult {
  /** 0 when every call went through its scenario to the end. */
  code: number | null;
  messages: TracedMessage[];
  output: string;
  /** Final status of the (last) INVITE, 0 if there was none. */
  status: number;
}

export interface TracedMessage {
  sent: boolean;
  message: SipMessage;
}

/** A call as the far end of the trunk saw it. */
export interface TrunkCall {
  callId: string;
  digits: string;
  from: string;
  answered: boolean;
  /** The PBX sent a BYE. */
  ended: boolean;
}

interface Running {
  port: number;
  result: Promise<SippResult>;
  messages(): TracedMessage[];
  stop(): void;
}

/** One phone call (or `count` in a row) by sipp: authenticate, INVITE, talk, BYE. */
export async function sippPhone(options: {
  server: number;
  ext: string;
  digits: string;
  talkMs?: number;
  count?: number;
}): Promise<SippResult> {
  const { server, ext, digits, talkMs = 200, count = 1 } = options;
  const call = ['-s', digits, '-au', ext, '-ap', `pw${ext}`, '-key', 'ext', ext];
  const limits = ['-m', String(count), '-l', '1', '-d', String(talkMs), '-recv_timeout', '20000', '-aa'];
  return (await sipp('phone.xml', [`127.0.0.1:${server}`, ...call, ...limits])).result;
}

/** A trunk's far end by sipp that answers every call. */
export async function sippTrunk(): Promise<{ port: number; calls(): TrunkCall[]; stop(): Promise<void> }> {
  const running = await sipp('trunk.xml', ['-aa']);
  await sleep(200); // sipp says nothing when its socket is open
  return {
    port: running.port,
    calls: () => trunkCalls(running.messages()),
    stop: async () => {
      running.stop();
      await running.result;
    },
  };
}

async function sipp(scenario: string, args: string[]): Promise<Running> {
  const tree = await asteriskTree();
  const dir = mkdtempSync('/tmp/dw-sipp-');
  const trace = join(dir, 'messages');
  const port = await freeUdpPort();
  const local = ['-i', '127.0.0.1', '-p', String(port), '-mi', '127.0.0.1', '-mp', String(await freeUdpPort())];
  const quiet = ['-nostdin', '-trace_msg', '-message_file', trace, '-message_overwrite', 'false'];
  const file = join(import.meta.dirname, scenario);
  const [program, all] = command(tree, 'usr/bin/sipp', ['-sf', file, ...local, ...quiet, ...args]);
  const child = spawn(program, all, {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TERM: 'dumb' },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const messages = () => parseTrace(trace);
  const result = new Promise<SippResult>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, messages: messages(), output, status: finalStatus(messages()) });
      rmSync(dir, { recursive: true, force: true });
    });
  });
  return { port, result, messages, stop: () => child.kill('SIGKILL') };
}

/** Reads sipp's message trace: a dashed line with the time, a line that says sent or received, then the message. */
function parseTrace(file: string): TracedMessage[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text
    .split(/^-{20,}.*$/m)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, line = '', body = ''] = part.match(/^\s*(.*)\n\s*([\s\S]*)$/) ?? [];
      return { sent: line.includes('sent'), message: parseMessage(body.replace(/\r?\n/g, '\r\n')) };
    });
}

const finalStatus = (messages: TracedMessage[]): number =>
  messages
    .filter(({ sent, message }) => !sent && message.status >= 200 && header(message, 'CSeq') === '2 INVITE')
    .at(-1)?.message.status ?? 0;

function trunkCalls(messages: TracedMessage[]): TrunkCall[] {
  const calls = new Map<string, TrunkCall>();
  for (const { sent, message } of messages) {
    const callId = header(message, 'Call-ID');
    const call = calls.get(callId);
    if (message.method === 'INVITE' && !call) {
      const from = userOf(header(message, 'From').match(/<([^>]*)>/)?.[1] ?? '');
      calls.set(callId, { callId, digits: userOf(message.uri), from, answered: false, ended: false });
    }
    if (call && sent && message.status === 200 && header(message, 'CSeq').endsWith('INVITE')) call.answered = true;
    if (call && message.method === 'BYE') call.ended = true;
  }
  return [...calls.values()];
}
