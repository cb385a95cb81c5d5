import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asteriskTree, command } from '../../support/asterisk/tree.ts';
import { freeUdpPort } from '../../support/ports.ts';
import { sleep } from '../../support/until.ts';
import { dialled } from './load.ts';

const SCENARIOS = new URL('../../support/sipp/', import.meta.url);
const scenarioFile = (name: string): string => fileURLToPath(new URL(name, SCENARIOS));

/** One call by a phone; `pw` and the extension is its password. */
export interface SipCall {
  ext: string;
  digits: string;
}

/** Phones of the office that calls. */
const PHONES = 500;
let serial = 0;

/** The next calls of the office, over all rounds of a run. */
export const officeCalls = (count: number): SipCall[] =>
  Array.from({ length: count }, () => ({ ...dialled(serial, true), ext: String(1000 + (serial++ % PHONES)) }));

/** What became of a call. */
export interface SipOutcome extends SipCall {
  /** Milliseconds from the first INVITE, before it was asked for a password, to the trunk's ringing (post-dial delay); null: none. */
  rang: number | null;
  /** Final status of the INVITE; 0: none came. */
  status: number;
}

/** The scenario of one phone, for many: who calls whom comes from a file. */
const phones = (): string =>
  readFileSync(scenarioFile('phone.xml'), 'utf8')
    .replaceAll('[ext]', '[field0]')
    .replaceAll('[service]', '[field1]')
    .replaceAll('[authentication]', '[field2]');

const row = ({ ext, digits }: SipCall): string =>
  `${ext};${digits};[authentication username=${ext} password=pw${ext}]\n`;

/** Makes calls by sipp over UDP, `rate` new ones a second, each hung up `talkMs` after its answer. In the order of their first INVITE. */
export async function sipLoad(options: {
  server: number;
  calls: readonly SipCall[];
  rate: number;
  talkMs: number;
}): Promise<SipOutcome[]> {
  const { server, calls, rate, talkMs } = options;
  const dir = mkdtempSync(join(tmpdir(), 'dw-sipp-'));
  try {
    writeFileSync(join(dir, 'phones.xml'), phones());
    writeFileSync(join(dir, 'calls.csv'), `SEQUENTIAL\n${calls.map(row).join('')}`);
    const what = [`127.0.0.1:${server}`, '-sf', 'phones.xml', '-inf', 'calls.csv', '-recv_timeout', '30000'];
    const pace = ['-r', String(rate), '-m', String(calls.length), '-l', '20000', '-d', String(talkMs)];
    const { child } = await sipp(dir, [...what, ...pace, '-trace_shortmsg', '-shortmessage_file', 'messages']);
    await once(child, 'exit');
    return outcomes(readFileSync(join(dir, 'messages'), 'latin1'), calls);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** A trunk's far end by sipp that rings, answers every call and keeps no record. */
export async function sipTrunk(): Promise<{ port: number; stop(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'dw-sipp-'));
  const { child, port } = await sipp(dir, ['-sf', scenarioFile('trunk.xml')]);
  await sleep(200); // sipp says nothing when its socket is open
  return {
    port,
    stop: async () => {
      const over = once(child, 'exit');
      child.kill('SIGKILL');
      await over;
      rmSync(dir, { recursive: true });
    },
  };
}

async function sipp(cwd: string, args: string[]): Promise<{ child: ChildProcess; port: number }> {
  const port = await freeUdpPort();
  const local = ['-i', '127.0.0.1', '-p', String(port), '-mi', '127.0.0.1', '-mp', String(await freeUdpPort())];
  const [program, all] = command(await asteriskTree(), 'usr/bin/sipp', [...args, ...local, '-nostdin', '-aa']);
  const env = { ...process.env, TERM: 'dumb' };
  return { child: spawn(program, all, { cwd, stdio: 'ignore', env }), port };
}

/**
 * Reads sipp's short messages, one a line, between tabs: date, time, seconds since 1970, S(ent) or R(eceived), Call-ID, CSeq, first line.
 * The nth Call-ID is the nth call.
 */
function outcomes(messages: string, calls: readonly SipCall[]): SipOutcome[] {
  const seen = new Map<string, { begun: number; outcome: SipOutcome }>();
  for (const line of messages.split('\n')) {
    const [, , time, way, id = '', sequence, first = ''] = line.split('\t');
    const ms = Number(time) * 1000;
    const call = seen.get(id);
    if (way === 'S' && !call && seen.size < calls.length && first.startsWith('INVITE '))
      seen.set(id, { begun: ms, outcome: { ...calls[seen.size]!, rang: null, status: 0 } });
    if (way !== 'R' || !call || sequence !== 'CSeq:2 INVITE') continue;
    const status = Number(first.split(' ')[1]);
    if (status === 180) call.outcome.rang ??= ms - call.begun;
    if (status >= 200) call.outcome.status = status;
  }
  return [...seen.values()].map(({ outcome }) => outcome);
}
