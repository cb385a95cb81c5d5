import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { newSince, readBaseline, writeBaseline } from '../../../src/audit/baseline.ts';
import { suite } from '../../support/suite.ts';
import { type Files, inFolder } from '../folder.ts';
import { audit, brief, phones, sofia, trunks } from './fixture.ts';

const test = suite('audit of FreeSWITCH: passwords');

/** Users with their params, in a domain that has none of its own unless given. */
const directory = (users: Record<string, string>, domain = '<params/>'): Files => ({
  'directory/pbx.xml': `<include>
<domain name="pbx.example.net">${domain}<variables><variable name="rtp_secure_media" value="mandatory"/></variables>
${Object.entries(users)
  .map(([id, params]) => `<user id="${id}">${params}</user>`)
  .join('\n')}
</domain>
</include>`,
});
const password = (value: string) => `<params><param name="password" value="${value}"/></params>`;
const GOOD = 'mV7qLz0RkW3xYc8u';

test('the published default_password, and everybody who has it, in one finding each', () => {
  const users = directory({
    301: password('$${default_password}'),
    302: password('$${default_password}'),
    303: password(GOOD),
  });
  const vars =
    '<include>\n<X-PRE-PROCESS cmd="set" data="domain=pbx.example.net"/>\n<X-PRE-PROCESS cmd="set" data="default_password=1234"/>\n</include>';
  const found = audit({ ...users, 'vars.xml': vars });
  assert.equal(brief(found), ['critical default_password default_password', 'critical secret_default 301, 302']);
  assert.equal([found.findings[0]!.file, found.findings[0]!.line], ['vars.xml', 3]);
  assert.equal([found.findings[1]!.file, found.findings[1]!.line], ['directory/pbx.xml', 3]);
});

test('weak, equal to the extension, vendor and reused passwords, and no secret is shown', () => {
  const weak = {
    301: 'kaffee77',
    302: '302',
    303: 'plcmspip',
    304: 'Zr8vKq2mXw6tBn4p',
    305: 'Zr8vKq2mXw6tBn4p',
    306: GOOD,
  };
  const found = audit(directory(Object.fromEntries(Object.entries(weak).map(([id, each]) => [id, password(each)]))));
  assert.equal(brief(found).sort(), [
    'critical secret_extension 302',
    'critical secret_vendor 303',
    'high secret_weak 301',
    'medium secret_reused 304, 305',
  ]);
  const said = JSON.stringify(found);
  for (const secret of ['kaffee77', 'plcmspip', 'Zr8vKq2mXw6tBn4p']) assert.not.ok(said.includes(secret));
});

test('an a1-hash of a password that everybody guesses', () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const hash = (value: string) => `<params><param name="a1-hash" value="${value}"/></params>`;
  const users = { 301: hash(md5('301:pbx.example.net:1234')), 302: hash(md5(`302:pbx.example.net:${GOOD}`)) };
  assert.equal(brief(audit(directory(users))), ['critical secret_default 301']);
});

test('a user without params anywhere is let in; with those of the domain, it is not', () => {
  assert.equal(brief(audit(directory({ 301: '' }, ''))), ['critical secret_missing 301']);
  assert.equal(brief(audit(directory({ 301: '' }))), []);
  const empty = '<params><param name="allow-empty-password" value="true"/></params>';
  assert.equal(brief(audit(directory({ 301: empty }))), ['critical secret_missing 301']);
});

test('a password of the domain is shared by all its users', () => {
  const found = brief(audit(directory({ 301: '', 302: '' }, password('Zr8vKq2mXw6tBn4p'))));
  assert.equal(found, ['medium secret_reused 301, 302']);
});

test('voicemail PINs, grouped by what is wrong with them', () => {
  const pin = (value: string) => `<params><param name="vm-password" value="${value}"/></params>`;
  const found = brief(
    audit(directory({ 3001: pin('3001'), 3002: pin('3002'), 3003: pin('1234'), 3004: pin('730518') })),
  );
  assert.equal(found, ['medium pin_extension 3001, 3002', 'medium pin_default 3003']);
});

test('a forward by dial-string goes past the dialplan', () => {
  const forward = '<params><param name="dial-string" value="sofia/gateway/carrier/0171234567"/></params>';
  assert.equal(brief(audit(directory({ 301: forward }))), ['high forward_unguarded 301']);
});

test('the password at the provider; not of a placeholder that does not register', () => {
  const gateway = (more: string) =>
    sofia(
      phones(),
      trunks().replace(
        '<settings>',
        `<gateways><gateway name="carrier"><param name="username" value="49301234"/><param name="password" value="49301234"/>${more}</gateway></gateways><settings>`,
      ),
    );
  assert.equal(brief(audit(gateway(''))), ['high gateway_password carrier']);
  const placeholder = '<param name="proxy" value="sip.example.com"/><param name="register" value="false"/>';
  assert.equal(brief(audit(gateway(placeholder))), []);
});

test('everybody may dial abroad', () => {
  const may = (what: string) => `<variables><variable name="toll_allow" value="${what}"/></variables>`;
  const all = (last: string) =>
    directory(
      Object.fromEntries(
        [301, 302, 303, 304, 305].map((id) => [id, may(id === 305 ? last : 'domestic,international')]),
      ),
    );
  assert.equal(brief(audit(all('international'))), ['medium toll_allow_everybody toll_allow']);
  assert.equal(brief(audit(all('local'))), []);
});

test('to a baseline, users whose password was put right are no news, and a further one with a bad password is', () => {
  const found = (...ids: string[]) =>
    audit(directory(Object.fromEntries(ids.map((id) => [id, password('1234')])))).findings;
  inFolder({}, (dir) => {
    const file = join(dir, 'known.json');
    writeBaseline(file, found('301', '302', '303'));
    assert.equal(newSince(readBaseline(file), found('302', '303')), []);
    assert.is(newSince(readBaseline(file), found('301', '302', '303', '304')).length, 1);
  });
});

test('ten thousand users with one password are one finding', () => {
  const users = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, i) => [`u${i}`, password('$${default_password}')]),
  );
  const found = brief(
    audit({ ...directory(users), 'vars.xml': '<X-PRE-PROCESS cmd="set" data="default_password=1234"/>' }),
  );
  assert.equal(found, [
    'critical default_password default_password',
    'critical secret_default u0, u1, u2 and 9997 more',
  ]);
});

test.run();
