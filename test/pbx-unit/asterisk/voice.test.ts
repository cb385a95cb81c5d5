import * as assert from 'uvu/assert';
import { speechFiles } from '../../../src/guard/speech.ts';
import { call, environment, type Peer, type Script } from '../../support/agi/client.ts';
import { outcome, scriptedGuard, warn } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { serve } from './support.ts';

const test = suite('agi voice files');

/** Voice files of a guard whose folder is `/voices`. */
const sounds = new Map(speechFiles(['SO']).map((file) => [file, `/voices/${file}.wav`]));

/** What Asterisk was told to play, by name. */
const played = ({ commands }: Peer) =>
  commands.flatMap(
    (command) => /^(?:STREAM FILE|GET OPTION|SAY DIGITS) "(?:\/voices\/)?([^"]*)"/.exec(command)?.[1] ?? [],
  );

/** One call that is warned and asked for 7, then for 3 and 1, by a guard that refuses at the second wrong key. */
async function warned(script: Script, known: typeof sounds = sounds) {
  const guard = scriptedGuard(() => warn('7'), {
    after: (answer, nth) => (answer === 'confirmed' ? outcome('allow') : nth === 1 ? warn('31', 2) : outcome('block')),
    settings: { sounds: known },
  });
  const server = await serve(guard);
  const peer = await call(server.port, environment(['0011252615550100', 'xfer=']), script);
  await peer.over;
  await server.drain(2000);
  return { peer, answers: guard.heard.map(({ answer }) => answer) };
}

const WARNING = ['say/you-have-dialled', 'region/SO', 'say/country-code', 'digits/2', 'digits/5', 'digits/2'];
/** What was spoken can be understood by then. */
const HEARD_MS = 400;
const pressing =
  (digit: string, afterMs = HEARD_MS): Script =>
  (command, { socket }) => {
    const reply = `200 result=${digit.charCodeAt(0)}`;
    if (!command.startsWith('GET OPTION')) return command === 'WAIT FOR DIGIT 5000' ? reply : undefined;
    setTimeout(() => socket.write(`${reply} endpos=4000\n`), afterMs);
    return null;
  };

test('the warning names the country; the right key ends it without another word', async () => {
  const { peer, answers } = await warned(pressing('7'));
  assert.equal(answers, ['confirmed']);
  assert.equal(played(peer), [...WARNING, 'say/to-go-on', 'digits/7']);
  assert.is(peer.variables.DW_VERDICT, 'allow');
});

test('wrong keys are told, the second time with the end of the call', async () => {
  const { peer, answers } = await warned(pressing('8'));
  assert.equal(answers, ['wrong', 'wrong']);
  const second = ['say/wrong-key', ...WARNING, 'say/to-go-on', 'digits/3', 'digits/1'];
  assert.equal(played(peer).slice(WARNING.length + 2), [...second, 'say/wrong-key', 'say/not-made']);
  assert.is(peer.variables.DW_VERDICT, 'block');
});

test('a key before the last digit of the code was spoken is a guess', async () => {
  const { answers } = await warned((command, peer) =>
    command.includes('digits/3') ? '200 result=51' : pressing('8')(command, peer),
  );
  assert.equal(answers, ['wrong', 'early']);
});

test('where Asterisk cannot read the files it plays its own', async () => {
  const { peer, answers } = await warned((command, peer) =>
    command.includes('"/voices') ? '200 result=-1 endpos=0' : pressing('7')(command, peer),
  );
  assert.equal(answers, ['confirmed']);
  assert.equal(played(peer).slice(1), ['you-entered', 'telephone-number', '252', 'if-correct-press', '7']);
});

test('a last file that Asterisk cannot read is noticed as well', async () => {
  const { peer, answers } = await warned((command, peer) =>
    command.startsWith('GET OPTION') ? '200 result=0 endpos=0' : pressing('7')(command, peer),
  );
  assert.equal(answers, ['confirmed']);
  assert.equal(played(peer).slice(-5), ['you-entered', 'telephone-number', '252', 'if-correct-press', '7']);
});

test('a key in the first moments of the last digit is a guess, and the file and the wait for a key are one command', async () => {
  const { peer, answers } = await warned(pressing('7', 0));
  assert.is(answers[0], 'early');
  assert.ok(peer.commands.includes('GET OPTION "/voices/digits/7" "0123456789*#" 5000'));
});

test('a language that lacks a file is not mixed with another', async () => {
  const { peer } = await warned(pressing('7'), new Map([...sounds].filter(([file]) => file !== 'region/SO')));
  assert.equal(played(peer), ['you-entered', 'telephone-number', '252', 'if-correct-press', '7']);
});

test('a blocked caller hears that the guard stopped the call, and the incident', async () => {
  const guard = scriptedGuard(() => outcome('block', { announce: true, incident: 42 }), { settings: { sounds } });
  const server = await serve(guard);
  const peer = await call(server.port, environment(['0011252615550100', 'xfer=']), () => undefined);
  await peer.over;
  await server.drain(2000);
  assert.equal(played(peer), ['say/stopped', 'say/incident', 'digits/4', 'digits/2']);
});

test.run();
