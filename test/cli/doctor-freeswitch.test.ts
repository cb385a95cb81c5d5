import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { freeswitchChecks, freeswitchThere } from '../../src/cli/doctor-freeswitch.ts';
import { type Config, readConfig } from '../../src/config/load.ts';
import { fallbackXml } from '../../src/pbx/freeswitch/fallback.ts';
import { eventSocket } from '../pbx-unit/freeswitch/event-socket.ts';
import { serve } from '../pbx-unit/freeswitch/support.ts';
import { scratch } from '../support/cli.ts';
import { freeTcpPort } from '../support/ports.ts';
import { outcome, scriptedGuard } from '../support/scripted-guard.ts';
import { suite } from '../support/suite.ts';

const test = suite('doctor on freeswitch');

test.before.each((ctx) => void Object.assign(ctx, scratch()));
test.after.each((ctx) => ctx.remove());

const env = { TZ: 'Europe/Berlin', ESL: 'secret' };
const configured = (esl: string): Config => readConfig(`[esl]\n${esl}`, null, env);
const states = async (config: Config, confs: string[]): Promise<Record<string, string>> =>
  Object.fromEntries((await freeswitchChecks(config, confs)).map(({ check, state }) => [check, state]));

test('is there where its configuration is, or where [esl] says something', ({ dir }) => {
  assert.not(freeswitchThere(configured(''), [join(dir, 'none')]));
  assert.ok(freeswitchThere(configured(''), [dir]));
  assert.ok(freeswitchThere(configured('listen = "127.0.0.1:8084"'), []));
  assert.ok(freeswitchThere(configured('password_env = "ESL"'), []));
});

test('the guard answers and is let in', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const server = await serve(guard);
  const socket = await eventSocket({}, 'secret');
  const esl = `listen = "127.0.0.1:${server.port}"\nconnect = "127.0.0.1:${socket.port}"\npassword_env = "ESL"`;
  assert.equal(await states(configured(esl), []), { ESL: 'ok', 'event socket': 'ok' });
  socket.close();
  await server.drain(1_000);
  assert.equal(guard.asked, []);
  assert.equal(server.logged, []);
});

test('the guard is away, the password wrong or missing', async () => {
  const listen = `listen = "127.0.0.1:${await freeTcpPort()}"`;
  assert.equal(await states(configured(listen), []), { ESL: 'fail', 'event socket': 'warn' });
  const socket = await eventSocket({}, 'another');
  const wrong = configured(`${listen}\nconnect = "127.0.0.1:${socket.port}"\npassword_env = "ESL"`);
  assert.equal(await states(wrong, []), { ESL: 'fail', 'event socket': 'fail' });
  socket.close();
});

test('the dialplan asks only where a file beside dialwarden.xml calls it, uncommented', async ({ dir }) => {
  const config = configured(`listen = "127.0.0.1:${await freeTcpPort()}"`);
  const dialplan = join(dir, 'dialplan');
  const write = (name: string, text: string) => writeFileSync(join(dialplan, name), text);
  const look = async () => {
    const all = await states(config, [dir]);
    return [all['FreeSWITCH dialplan'], all['FreeSWITCH fallback']];
  };
  mkdirSync(join(dialplan, 'dialwarden'), { recursive: true });
  mkdirSync(join(dialplan, 'default'));
  assert.equal(await look(), ['warn', 'warn']);
  const call = '<action application="execute_extension" data="check XML dialwarden@pbx"/>';
  write('dialwarden.xml', call);
  write('default/00_dialwarden.xml', `<!-- ${call} -->`);
  write('dialwarden/site.xml', '<!-- dialwarden_fallback_site_1 --><include/>');
  assert.equal(await look(), ['warn', 'warn']);
  write('default/00_dialwarden.xml', call);
  write('dialwarden/site.xml', fallbackXml('a site', { emergency: [], patterns: ['030XXXX'] }));
  assert.equal(await look(), ['ok', 'ok']);
});

test.run();
