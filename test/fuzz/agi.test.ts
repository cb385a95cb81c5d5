import { readdirSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { BadRequest } from '../../src/pbx/asterisk/arguments.ts';
import { quote } from '../../src/pbx/asterisk/commands.ts';
import { type Environment, parseEnvironment } from '../../src/pbx/asterisk/environment.ts';
import { handle } from '../../src/pbx/asterisk/handler.ts';
import { lineSplitter } from '../../src/pbx/asterisk/lines.ts';
import { readOpening } from '../../src/pbx/asterisk/opening.ts';
import { readCheck } from '../../src/pbx/asterisk/request-check.ts';
import { readEnd } from '../../src/pbx/asterisk/request-end.ts';
import { Session } from '../../src/pbx/asterisk/session.ts';
import type { Random } from '../detection/random.ts';
import { environment } from '../support/agi/client.ts';
import { outcome, recordingLog, scriptedGuard, warn } from '../support/scripted-guard.ts';
import { suite } from '../support/suite.ts';
import { chunksOf, fuzz, type Make, mutate, PATIENCE } from './engine.ts';
import { fakePeer } from './peer.ts';

const test = suite('fuzz: AGI', { timeout: PATIENCE });
const PARSED = 130_000;
const SESSIONS = 20_000;
/** Beyond these a peer is cut off, which depends on where its bytes were cut. */
const MAX_LINE = 16 * 1024;
const MAX_ENVIRONMENT = 64 * 1024;

const folder = new URL('../pbx-unit/asterisk/transcripts/', import.meta.url);
/** What Asterisk said, bytes as characters. */
const SAID: string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.a2s.raw'))
  .map((name) => readFileSync(new URL(name, folder), 'latin1'));
const MADE = [
  environment(['0011252615550100', 'ext=101', 'dialled=0011252615550100', 'addr=192.0.2.7:5060', 'xfer=', 'realm=x']),
  environment(['0301234', 'key=correct horse', 'acct=7'], { agi_rdnis: '999', agi_accountcode: 'sales' }),
  environment(['call=1795350344.6', 'billsec=12', 'answered=12', 'trunk=gone', 'e164=+252615550100'], {}, 'end'),
  environment(['call=1.1', 'disposition=NO ANSWER', 'cause=19', 'trunk=up'], {}, 'end'),
];
const CORPUS = [...SAID, ...MADE];
const REPLIES = [
  '200 result=1\n',
  '200 result=0 endpos=900\n',
  '200 result=-1\n',
  'HANGUP\n',
  '510 Invalid\n',
  '200 result=1 (x)\n',
];
const WORDS = [
  ...REPLIES,
  ...['agi_arg_1: ', 'agi_arg_2: ', 'agi_uniqueid: ', 'agi_network_script: check\n', ': ', 'ext=', 'dialled=', 'key='],
  ...['520-Invalid\n', '520 End of proper usage.\n', '200 result=55\n', '112', '0011252', ',', 'call='],
];

interface Said {
  text: string;
  chunks: Buffer[];
}

const make: Make<Said> = (random) => {
  const base = random.pick(CORPUS);
  const text = random.chance(0.1) ? base : mutate(random, base, WORDS, CORPUS);
  return { text, chunks: chunksOf(random, Buffer.from(text, random.chance(0.7) ? 'latin1' : 'utf8')) };
};

/** What a reader of the whole stream, that is in no hurry, takes for the environment; and the lines behind it. */
function plainly(bytes: Buffer): { environment: Environment | null; rest: Buffer } | null {
  const end = bytes[0] === 10 ? 0 : bytes.indexOf('\n\n') + 1;
  if (end === 0 && bytes[0] !== 10) return null;
  return { environment: parseEnvironment(bytes.subarray(0, Math.max(0, end - 1))), rest: bytes.subarray(end + 1) };
}

function requestsAreSound(found: Environment): void {
  for (const read of [readCheck, readEnd]) {
    try {
      const request = read(found, 0);
      if ('attempt' in request) {
        assert.ok(request.attempt.uniqueid !== '');
        assert.ok(request.attempt.digits.startsWith(found.args[0]!));
      } else assert.ok(request.seconds.every((s) => Number.isSafeInteger(s) && s >= 0));
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      assert.match(error.message, /^[\x20-\x7e]{1,80}$/, 'fit for a log');
    }
  }
}

/** One line, and Asterisk reads it back as it was, without what ends a command (res_agi.c, parse_args). */
function quotesSafely(text: string): void {
  const quoted = quote(text);
  assert.not(/[\r\n\0]/.test(quoted));
  assert.match(quoted, /^"(?:[^"\\]|\\.)*"$/su);
  assert.is(quoted.slice(1, -1).replace(/\\(.)/gsu, '$1'), text.replace(/[\r\n\0]/g, ''));
}

const told = (found: Environment | null | undefined) => (found ? [...found.headers, ...found.args] : null);

async function parses({ text, chunks }: Said): Promise<void> {
  const bytes = Buffer.concat(chunks);
  const opening = readOpening(60_000);
  const lines: string[] = [];
  const feed = lineSplitter(MAX_LINE, (line) => void lines.push(line.toString('latin1')));
  let tooLong = false;
  for (const chunk of chunks) tooLong = !feed(opening.done() ? chunk : opening.take(chunk)) || tooLong;
  const done = opening.done();
  opening.abandon();
  const found = await opening.environment;
  assert.ok(lines.length <= bytes.length);
  if (found) requestsAreSound(found);
  quotesSafely(text.slice(0, 300));
  if (tooLong || bytes.length > MAX_ENVIRONMENT) return;
  const whole = plainly(bytes);
  assert.is(done, whole !== null, 'the same, however it was cut');
  assert.equal(told(found), told(whole?.environment));
  assert.equal(lines, whole ? whole.rest.toString('latin1').split('\n').slice(0, -1) : []);
}

test('environments and lines are read alike, however they are cut', () => fuzz('AGI stream', PARSED, make, parses));

const session: Make<Said> = (random: Random) => {
  const replies = Array.from({ length: random.int(0, 12) }, () => random.pick(REPLIES)).join('');
  const text = random.pick(MADE) + replies;
  const said = random.chance(0.2) ? text : mutate(random, text, WORDS, CORPUS);
  return { text: said, chunks: chunksOf(random, Buffer.from(said, 'latin1')).slice(0, 400) };
};

async function serves({ chunks }: Said): Promise<void> {
  const guard = scriptedGuard(({ digits }) => (digits.startsWith('0301') ? outcome('allow') : warn('7')), {
    after: (answer) => outcome(answer === 'confirmed' ? 'allow' : 'block'),
  });
  const { log, logged } = recordingLog();
  const peer = fakePeer(chunks);
  await handle(new Session(peer.socket, 60_000), '127.0.0.1', {
    guard,
    log,
    key: null,
    code: null,
    canAnnounce: () => true,
  });
  const commands = peer.heard().split('\n').slice(0, -1);
  assert.ok(commands.length < 64, 'a session of few steps');
  assert.ok(
    commands.every((command) =>
      /^(SET VARIABLE DW_|GET FULL|GET OPTION|STREAM FILE|SAY |WAIT FOR|ANSWER|EXEC Progress|CHANNEL)/.test(command),
    ),
    commands.join('|'),
  );
  const allowed = commands.includes('SET VARIABLE DW_VERDICT "allow"');
  const confirmed = guard.heard.some(({ answer }) => answer === 'confirmed');
  assert.ok(
    !allowed || confirmed || guard.asked.some(({ digits }) => digits.startsWith('0301')),
    'only what was asked',
  );
  assert.not(
    logged.some(({ event }) => event === 'agi_failed'),
    JSON.stringify(logged),
  );
}

test('a session with a peer that says anything comes to its end, and allows what the guard allowed', () =>
  fuzz('AGI sessions', SESSIONS, session, serves));

test.run();
