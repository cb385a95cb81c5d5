import { readdirSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { BadRequest, readChannel } from '../../src/pbx/freeswitch/channel.ts';
import { check } from '../../src/pbx/freeswitch/check.ts';
import { BadFrame, type Frame, frameReader } from '../../src/pbx/freeswitch/frames.ts';
import { Session, SessionOver } from '../../src/pbx/freeswitch/session.ts';
import { commandWire, type Message } from '../../src/pbx/freeswitch/wire.ts';
import { channelData } from '../pbx-unit/freeswitch/support.ts';
import { outcome, recordingLog, scriptedGuard, warn } from '../support/scripted-guard.ts';
import { suite } from '../support/suite.ts';
import { chunksOf, fuzz, type Make, mutate, PATIENCE } from './engine.ts';
import { fakePeer } from './peer.ts';

const test = suite('fuzz: ESL', { timeout: PATIENCE });
const PARSED = 80_000;
const SESSIONS = 20_000;

const folder = new URL('../pbx-unit/freeswitch/transcripts/', import.meta.url);
/** Frames that FreeSWITCH sent, bytes as characters; whole recordings would be the same headers again and again. */
const SAID: string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.fs2app.raw'))
  .flatMap(
    (name) => readFileSync(new URL(name, folder), 'latin1').match(/Content-(?:Type|Length)[\s\S]{0,900}?\n\n/g) ?? [],
  );
const REPLY = 'Content-Type: command/reply\nReply-Text: +OK\n\n';
const done = (body: string) => `Content-Length: ${body.length}\nContent-Type: text/event-plain\n\n${body}`;
const MADE = [
  channelData(),
  channelData({ 'Socket-Mode': 'async', variable_sip_user_agent: 'Caf\u00e9 %E9' }),
  channelData({ 'Caller-Destination-Number': '0301234%0Aevil', 'Unique-ID': 'a b' }),
  channelData({ variable_dw_digits: '0301234', variable_dw_payer: '102' }),
];
const CORPUS = [...SAID, ...MADE, REPLY, done('Event-Name: CHANNEL_EXECUTE_COMPLETE\nApplication-UUID: 1\n\n')];
const WORDS = [
  ...[
    'Content-Length: 0\n',
    'Content-Length: 12\n',
    'Content-Length: 99999999\n',
    'content-length: 5\n',
    'Content-Length:',
  ],
  ...['Content-Type: text/event-plain\n', 'Content-Type: text/disconnect-notice\n', 'Content-Type: api/response\n'],
  ...['%', '%E9', '%C3%28', '%0A%0A', 'Event-Name: ', 'Unique-ID: ', 'variable_dw_digits: 112\n', REPLY, ': ', '\n\n'],
];

interface Said {
  text: string;
  chunks: Buffer[];
}

const make: Make<Said> = (random) => {
  const base = Array.from({ length: random.int(1, 3) }, () => random.pick(CORPUS)).join('');
  const text = random.chance(0.1) ? base : mutate(random, base, WORDS, CORPUS);
  return { text, chunks: chunksOf(random, Buffer.from(text, random.chance(0.7) ? 'latin1' : 'utf8')) };
};

/** The frames of a stream until it breaks. */
function frames(chunks: readonly Buffer[]): { frames: Frame[]; broken: boolean } {
  const found: Frame[] = [];
  const feed = frameReader((frame) => void found.push(frame), 4_096);
  try {
    for (const chunk of chunks) feed(chunk);
  } catch (error) {
    if (!(error instanceof BadFrame)) throw error;
    return { frames: found, broken: true };
  }
  return { frames: found, broken: false };
}

function channelIsSound(message: Message): void {
  try {
    const { uniqueid, digits, addr } = readChannel(message, 0);
    assert.ok(uniqueid !== '' && digits !== '' && digits.length <= 1024);
    assert.ok(addr === null || /^[0-9a-fA-F.:]+(?:%.*)?$/.test(addr));
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
  }
}

async function parses({ chunks }: Said): Promise<void> {
  const bytes = Buffer.concat(chunks);
  const found = frames(chunks);
  assert.equal(found, frames([bytes]), 'the same, however it was cut');
  assert.ok(found.frames.length <= bytes.length / 2 + 1);
  let events = 0;
  let sent = '';
  const wire = commandWire(
    (text) => {
      sent += text;
    },
    () => events++,
  );
  const reply = wire.send('connect');
  let answered: Message | null = null;
  void reply.then((message) => {
    answered = message;
  });
  for (const frame of found.frames) wire.feed(frame);
  await Promise.resolve();
  if (answered) channelIsSound(answered);
  assert.is(sent, 'connect\n\n', 'nothing is said that nobody asked for');
  assert.ok(events <= found.frames.length);
}

test('frames, replies and events are read alike, however they are cut', () => fuzz('ESL stream', PARSED, make, parses));

const session: Make<Said> = (random) => {
  const parts = [
    random.pick(MADE),
    ...Array.from({ length: random.int(0, 12) }, () => random.pick([REPLY, REPLY, done('Event-Name: DTMF\n\n')])),
  ];
  const text = parts.join('');
  const said = random.chance(0.2) ? text : mutate(random, text, WORDS, CORPUS);
  return { text: said, chunks: chunksOf(random, Buffer.from(said, 'latin1')).slice(0, 600) };
};

async function serves({ chunks }: Said): Promise<void> {
  const guard = scriptedGuard(
    ({ digits }) => (digits === '0301234' ? outcome('allow', { maxSeconds: 60 }) : warn('7')),
    {
      after: (answer) => outcome(answer === 'confirmed' ? 'allow' : 'block'),
    },
  );
  const { log } = recordingLog();
  const peer = fakePeer(chunks);
  const serving = new Session(peer.socket);
  try {
    await check(serving, await serving.connect(60_000), { guard, log, canAnnounce: () => true });
  } catch (error) {
    if (!(error instanceof SessionOver || error instanceof BadRequest)) throw error;
  }
  await serving.close();
  const lines = peer.heard().split('\n');
  assert.ok(lines.length < 2_000, 'a session of few steps');
  assert.ok(
    lines.every((line) =>
      /^($|connect|myevents|resume|exit|sendmsg|call-command: execute|execute-app-(name|arg): |Event-UUID: )/.test(
        line,
      ),
    ),
    peer.heard(),
  );
  const allowed = lines.some((line) => /^execute-app-arg: dw_verdict=allow/.test(line));
  const confirmed = guard.heard.some(({ answer }) => answer === 'confirmed');
  assert.ok(!allowed || confirmed || guard.asked.some(({ digits }) => digits === '0301234'), 'only what was asked');
}

test('a session with a peer that says anything comes to its end, and allows what the guard allowed', () =>
  fuzz('ESL sessions', SESSIONS, session, serves));

test.run();
