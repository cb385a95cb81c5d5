import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { Session, SessionOver } from '../../../src/pbx/asterisk/session.ts';
import { suite } from '../../support/suite.ts';

// What an Asterisk 22.10 said to a FastAGI server, and what it was told, replayed at random segment boundaries.
const test = suite('agi transcripts');
const RECORDED = [
  'warn-accepted-rtp.outbound',
  'early-warn-accepted.outbound',
  'caller-hangs-up-mid-prompt.outbound',
  'allow.hangup',
];
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const file = (name: string) => readFileSync(join(import.meta.dirname, 'transcripts', name), 'utf8');

/** What was said, in turns: the environment, then for each command the lines that came before the next command. */
interface Turn {
  command: string | null;
  said: string;
}

function recorded(name: string): Turn[] {
  const [environment = '', rest = ''] = file(`${name}.a2s.raw`).split(/(?<=\n\n)/);
  const commands = file(`${name}.s2a.raw`).trimEnd().split('\n');
  const replies = rest.split(/(?<=\n)/);
  const said = commands.map(() => {
    const until = replies.findIndex((line) => !line.startsWith('HANGUP'));
    return replies.splice(0, until + 1).join('');
  });
  return [{ command: null, said: environment }, ...commands.map((command, i) => ({ command, said: said[i]! }))];
}

function probed(name: string): Turn[] {
  const turns: Turn[] = [{ command: null, said: '' }];
  for (const line of file(name).split('\n')) {
    const [, direction, text = ''] = /^ *[\d.]+ (A>S|S>A) (.*)$/.exec(line) ?? [];
    if (!text.endsWith('\\n')) continue;
    if (direction === 'S>A') turns.push({ command: text.slice(0, -2), said: '' });
    else turns.at(-1)!.said += `${text.slice(0, -2)}\n`;
  }
  return turns;
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

async function inPieces(socket: Socket, text: string, next: () => number): Promise<void> {
  for (let from = 0; from < text.length; ) {
    const to = from + 1 + Math.floor(next() * 40);
    socket.write(text.slice(from, to));
    await new Promise(setImmediate);
    from = to;
  }
}

/** Replays turns against a session; gives what each command came to. */
async function replay(turns: Turn[], seed: number) {
  const next = random(seed);
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asterisk = connect((server.address() as { port: number }).port, '127.0.0.1')
    .setNoDelay(true)
    .on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [Socket];
  const session = new Session(socket, 2000);
  const came: string[] = [];
  await inPieces(asterisk, turns[0]!.said, next);
  const environment = await session.environment;
  for (const { command, said } of turns.slice(1)) {
    const reply = session.command(command!).then(
      ({ code, result, value }) => `${code} ${result} ${value}`,
      (error) => (error instanceof SessionOver ? error.why : String(error)),
    );
    await inPieces(asterisk, said, next);
    came.push(await reply);
  }
  asterisk.destroy();
  await session.close();
  server.close();
  return { environment, came };
}

/** What the lines of one turn mean, read as a person would. */
function expected({ said }: Turn, hungUp: boolean): string {
  if (hungUp || said.startsWith('HANGUP')) return 'hangup';
  const last = said.trimEnd().split('\n').at(-1)!;
  const [, code, result = '', value] = /^(\d+)(?: result=([^(\n]*))?(?:\((.*)\))?/.exec(last)!;
  return code === '200' ? `200 ${result.trim()} ${value || null}` : `${code}  null`;
}

for (const name of RECORDED) {
  test(`${name}, whatever the segments`, async () => {
    const turns = recorded(name);
    const headers = turns[0]!.said
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('agi_arg_'));
    for (const seed of SEEDS) {
      const { environment, came } = await replay(turns, seed);
      assert.equal(
        [...environment!.headers].map(([key, value]) => `${key}: ${value}`),
        headers,
      );
      let hungUp = false;
      for (const [i, turn] of turns.slice(1).entries()) {
        assert.is(came[i], expected(turn, hungUp), turn.command!);
        hungUp ||= turn.said.startsWith('HANGUP');
      }
    }
  });
}

test('every kind of reply, up to the hangup', async () => {
  const turns = probed('probe-live.txt');
  const hangup = turns.findIndex(({ said }) => said.startsWith('HANGUP'));
  assert.ok(hangup > 20);
  const { environment, came } = await replay(turns.slice(0, hangup + 1), 1);
  assert.equal(environment!.args, ['a:b', 'c d', '', 'q']);
  for (const [i, turn] of turns.slice(1, hangup + 1).entries())
    assert.is(came[i], expected(turn, false), turn.command!);
});

test.run();
