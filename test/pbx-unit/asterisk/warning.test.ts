import * as assert from 'uvu/assert';
import type { Answer } from '../../../src/guard/ports.ts';
import { call, environment, type Peer, type Script } from '../../support/agi/client.ts';
import { outcome, scriptedGuard, warn } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { serve } from './support.ts';

const test = suite('agi warning');
const KEYS = '"0123456789*#"';
const key = (digit: string, more = '') => `200 result=${digit.charCodeAt(0)}${more}`;
const verdictOf = (answer: Answer) => (answer === 'confirmed' ? outcome('allow') : outcome('block'));

/** One warned call, asked for `code`, whose caller behaves as `script` says. */
async function warned(code: string, script: Script, { answerFirst = true, after = verdictOf } = {}) {
  const guard = scriptedGuard(() => warn(code), { after, settings: { answerFirst } });
  const server = await serve(guard);
  const peer = await call(server.port, environment(['0011252615550100', 'xfer=']), script);
  await peer.over;
  await server.drain(2000);
  return { peer, guard, answers: guard.heard.map(({ answer }) => answer), server };
}

/** Presses `keys`, one for each WAIT FOR DIGIT after the prompt; what is missing is silence. */
function presses(keys: string): Script {
  let left = keys;
  return (command) => {
    if (command !== 'WAIT FOR DIGIT 5000') return undefined;
    const next = left.slice(0, 1);
    left = left.slice(1);
    return next ? key(next) : '200 result=0';
  };
}

test('the caller hears where the call goes and what to press', async () => {
  const { peer, answers } = await warned('7', presses('7'));
  assert.equal(answers, ['confirmed']);
  assert.is(peer.commands.indexOf('SET VARIABLE DW_VERDICT "block"') + 1, peer.commands.indexOf('ANSWER'));
  assert.equal(peer.commands.slice(peer.commands.indexOf('ANSWER'), -5), [
    'ANSWER',
    'WAIT FOR DIGIT 400',
    `STREAM FILE "you-entered" ${KEYS}`,
    `STREAM FILE "telephone-number" ${KEYS}`,
    `SAY DIGITS "252" ${KEYS}`,
    `STREAM FILE "if-correct-press" ${KEYS}`,
    `SAY DIGITS "7" ${KEYS}`,
    'WAIT FOR DIGIT 5000',
  ]);
  assert.is(peer.variables.DW_VERDICT, 'allow');
});

test('with [warning] answer = false the prompt is early media', async () => {
  const { peer } = await warned('7', presses('7'), { answerFirst: false });
  assert.ok(peer.commands.includes('EXEC Progress'));
  assert.not.ok(peer.commands.includes('ANSWER'));
});

test('wrong, silent and long codes', async () => {
  const cases: [string, string, Answer][] = [
    ['7', '8', 'wrong'],
    ['7', '*', 'wrong'],
    ['7', '', 'silent'],
    ['372', '372', 'confirmed'],
    ['372', '371', 'wrong'],
    ['372', '37', 'silent'],
  ];
  for (const [code, keys, answer] of cases) {
    const { answers, peer } = await warned(code, presses(keys));
    assert.equal(answers, [answer], `${keys} for ${code}`);
    assert.is(peer.variables.DW_VERDICT, answer === 'confirmed' ? 'allow' : 'block');
  }
});

test('a key before the code was spoken is a guess, wherever it comes', async () => {
  const places = [
    'WAIT FOR DIGIT 400',
    'STREAM FILE "you-entered"',
    'SAY DIGITS "252"',
    'SAY DIGITS "37"',
    'SAY DIGITS "2"',
  ];
  for (const place of places) {
    const { answers, peer } = await warned('372', (command) => (command.startsWith(place) ? key('3') : undefined));
    assert.equal(answers, ['early'], place);
    assert.is(peer.variables.DW_VERDICT, 'block');
  }
});

test('a key pressed while the digit is heard counts', async () => {
  const script: Script = (command, { socket }) => {
    if (!command.startsWith('SAY DIGITS "7"')) return undefined;
    setTimeout(() => socket.write(`${key('7')}\n`), 400);
    return null;
  };
  assert.equal((await warned('7', script)).answers, ['confirmed']);
});

test('each try has its own digits, and the call is answered once', async () => {
  let tries = 0;
  const after = (answer: Answer) => (answer === 'confirmed' ? outcome('allow') : warn(String(++tries), tries));
  const script = presses('000' + '3');
  const { peer, guard } = await warned('9', script, { after });
  assert.equal(guard.heard, [
    { digits: '9', answer: 'wrong' },
    { digits: '1', answer: 'wrong' },
    { digits: '2', answer: 'wrong' },
    { digits: '3', answer: 'confirmed' },
  ]);
  assert.is(peer.commands.filter((c) => c === 'ANSWER').length, 1);
  assert.is(peer.variables.DW_VERDICT, 'allow');
});

test('a missing sound file is passed over', async () => {
  const missing: Script = (command) => {
    if (command.startsWith('STREAM FILE')) return '200 result=-1 endpos=0';
    return presses('7')(command, undefined as never);
  };
  const { answers, peer } = await warned('7', missing);
  assert.equal(answers, ['confirmed']);
  assert.is(peer.variables.DW_VERDICT, 'allow');
});

test('a hangup at any point of the prompt is told to the guard and never asked again', async () => {
  const gone = (at: string): Script => {
    let left = false;
    return (command) => {
      if (left && command === 'CHANNEL STATUS')
        return 'HANGUP\n511 Command Not Permitted on a dead channel or intercept routine';
      left ||= command.startsWith(at);
      return left ? '200 result=-1' : undefined;
    };
  };
  for (const at of [
    'WAIT FOR DIGIT 400',
    'STREAM FILE "you',
    'SAY DIGITS "252"',
    'SAY DIGITS "7"',
    'WAIT FOR DIGIT 5000',
  ]) {
    const { answers, peer } = await warned('7', gone(at), { after: () => warn('8') });
    assert.equal(answers, ['hangup'], at);
    assert.is(peer.variables.DW_VERDICT, 'block');
  }
});

test('a dead channel that nobody announced (AGISIGHUP=no) hears no announcement', async () => {
  const after = () => outcome('block', { announce: true });
  const dead = '511 Command Not Permitted on a dead channel or intercept routine';
  const script: Script = (command) => (/^(STREAM|CHANNEL|SAY)/.test(command) ? dead : undefined);
  const { answers, peer } = await warned('7', script, { after });
  assert.equal(answers, ['hangup']);
  assert.is(peer.commands.filter((command) => command.startsWith('STREAM')).length, 1);
  assert.is(peer.variables.DW_VERDICT, 'block');
});

test('a connection that breaks in the prompt is a hangup', async () => {
  const breaks: ((peer: Peer) => void)[] = [({ socket }) => socket.resetAndDestroy(), ({ socket }) => socket.end()];
  for (const broken of breaks) {
    for (const at of ['SET VARIABLE DW_REASON', 'ANSWER', 'STREAM FILE', 'WAIT FOR DIGIT 5000']) {
      const { answers } = await warned('7', (command, peer) => {
        if (!command.startsWith(at)) return undefined;
        broken(peer);
        return null;
      });
      assert.equal(answers, ['hangup'], at);
    }
  }
});

test('a guard that fails over the answer blocks', async () => {
  const after = () => Promise.reject(new Error('disk full'));
  const guard = scriptedGuard(() => warn('7'), { after });
  const server = await serve(guard);
  const peer = await call(server.port, environment(['1555', 'xfer=']), presses('7'));
  await peer.over;
  assert.is(peer.variables.DW_VERDICT, 'block');
  await server.drain(1000);
  assert.ok(server.logged.some(({ level, event }) => level === 'error' && event === 'agi_failed'));
});

test('what a guard cannot tell any more stays blocked', async () => {
  const { peer } = await warned('7', presses('7'), { after: () => outcome('unavailable', { reason: 'unavailable' }) });
  assert.is(peer.variables.DW_VERDICT, 'block');
  assert.is(peer.variables.DW_REASON, 'unavailable');
});

test.run();
