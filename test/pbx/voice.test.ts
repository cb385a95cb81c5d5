import * as assert from 'uvu/assert';
import { findSounds } from '../../src/config/sounds.ts';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, OUTBOUND, startLab } from '../support/lab.ts';
import { suite } from '../support/suite.ts';

// The voice files as a caller hears them: from dialplan/sounds, by absolute path, through a real Asterisk into RTP.

const test = suite<{ guard: GuardProcess; lab: Lab }>('voice', { timeout: 60_000 });
const sounds = findSounds(null, 'en');

test.before(async (ctx) => {
  ctx.guard = await startGuard({ config: '[warning]\ndigit = "8"\n' });
  ctx.lab = await startLab({ agi: ctx.guard.agiPort, dialplan: OUTBOUND });
});
test.after(async ({ guard, lab }) => {
  await lab?.close();
  await guard?.stop();
});

/** Our files that Asterisk played, by name. */
const played = (lab: Lab): string[] =>
  [...lab.pbx.log().matchAll(/Playing '[^']*\/dialplan\/sounds\/en\/([^'.]*)(?:\.\w+)?'/g)].map((match) => match[1]!);

test('a caller who presses nothing hears the question twice and that the call was not made', async ({ lab }) => {
  const call = await (await lab.phone()).invite('0035312345678');
  await call.ended(50_000);
  await lab.pbx.idle();
  const question = ['say/you-have-dialled', 'region/IE', 'say/country-code', 'digits/3', 'digits/5', 'digits/3'];
  assert.is(played(lab).filter((file) => file === 'region/IE').length, 2);
  assert.equal(played(lab).slice(0, question.length), question);
  assert.equal(played(lab).slice(-3), ['say/to-go-on', 'digits/8', 'say/not-made']);
  assert.ok(call.media.sound() > 8, `${call.media.sound()} seconds of sound reached the phone`);
  assert.ok(played(lab).every((file) => sounds.has(file)));
});

test('a blocked caller hears it in words', async ({ lab }) => {
  const before = played(lab).length;
  const call = await (await lab.phone('102')).invite('00881612345678');
  assert.is(await call.final(20_000), 403);
  assert.equal(played(lab).slice(before, before + 3), ['say/stopped', 'say/incident', played(lab)[before + 2]]);
  assert.ok(call.media.sound() > 3, `${call.media.sound()} seconds of sound reached the phone`);
});

test.run();
