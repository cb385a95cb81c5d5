import * as assert from 'uvu/assert';
import { startNotifier } from '../../src/guard/notifier.ts';
import { NotDelivered } from '../../src/guard/outbox.ts';
import { mailRoute, sendMail } from '../../src/notify/mail.ts';
import { routesOf } from '../../src/notify/routes.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import { openOutbox } from '../../src/store/sqlite/outbox.ts';
import { list } from '../../src/store/sqlite/outbox-list.ts';
import { ledgerOf } from '../store/support.ts';
import { type SmtpServer, smtpServer } from '../support/mail/server.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';
import { CONTEXT, claim, SILENT, smtp } from './support.ts';

const test = suite<{ server: SmtpServer }>('mail', { timeout: 20_000 });

test.before(async (t) => {
  t.server = await smtpServer({ mode: 'starttls', user: 'guard', password: 'right' });
});
test.before.each(({ server }) => {
  server.mails.length = 0;
});
test.after(({ server }) => server.close());

const rejected = async (work: Promise<unknown>): Promise<Error> => {
  const error = await work.then(
    () => null,
    (e: Error) => e,
  );
  return error ?? assert.unreachable('it was to be rejected') ?? new Error();
};

test('goes out over STARTTLS with a login, and says what to do', async ({ server }) => {
  const link = (block: number) => `https://guard.example/unblock/${block}`;
  await mailRoute(smtp(server, { context: { ...CONTEXT, link } })).send(claim());
  const [mail] = await server.taken(1);
  assert.is(mail!.tls, true);
  assert.is(mail!.user, 'guard');
  assert.equal(mail!.to, ['admin@office.example']);
  assert.match(mail!.headers.subject!, /^\[dialwarden\] Incident 7, extension 214: Ten numbers/);
  assert.is(mail!.headers['auto-submitted'], 'auto-generated');
  for (const said of [
    'critical',
    'calls      12, 11 of them stopped',
    'cost       1.23 EUR',
    'dialwarden unblock 214 --done password,firewall,device',
    'https://guard.example/unblock/2',
    `up to line 3: SHA-256 ${'ab'.repeat(32)}`,
    '2026-11-24 11:00:00',
  ]) {
    assert.ok(mail!.text.includes(said), `${said} in\n${mail!.text}`);
  }
});

test('one incident is one thread', async ({ server }) => {
  const route = mailRoute(smtp(server));
  const first = claim();
  await route.send(first);
  const [notice] = first.notices;
  for (const [batch, kind] of [
    [2, 'escalation'],
    [3, 'digest'],
    [4, 'closed'],
  ] as const) {
    await route.send({ ...first, batch, notices: [{ ...notice!, message: batch, kind, at: notice!.at + batch }] });
  }
  const [root, ...rest] = (await server.taken(4)).map((m) => m.headers);
  assert.is(new Set(server.mails.map((m) => m.headers['message-id'])).size, 4);
  for (const headers of rest) {
    assert.is(headers.references, root!['message-id']);
    assert.is(headers['in-reply-to'], root!['message-id']);
    assert.is(headers.subject, root!.subject);
  }
});

test('a line break in what a caller wrote adds no header and no line', async ({ server }) => {
  await mailRoute(smtp(server)).send(claim({ ext: '214\r\nBcc: x@evil.example', title: 'a\r\n\r\nIncident 9 closed' }));
  const [mail] = await server.taken(1);
  assert.is(mail!.headers.bcc, undefined);
  assert.equal(mail!.to, ['admin@office.example']);
  assert.not.match(mail!.text, /^Incident 9/m);
});

test('a wrong password, an unknown certificate, a server without TLS: not delivered, and no secret is told', async (t) => {
  const wrong = await rejected(
    mailRoute(smtp(t.server, { login: { user: 'guard', password: 'wr0ng' } })).send(claim()),
  );
  assert.instance(wrong, NotDelivered);
  assert.not.match(wrong.message, /wr0ng/);
  const stranger = await rejected(mailRoute(smtp(t.server, { ca: null })).send(claim()));
  assert.instance(stranger, NotDelivered);
  assert.match(stranger.message, /self.signed/);
  const open = await smtpServer({ mode: 'none' });
  try {
    assert.instance(await rejected(mailRoute(smtp(open, { login: null })).send(claim())), NotDelivered);
    await sendMail(smtp(open, { tls: 'none', login: null }), ['admin@office.example'], { subject: 'x', text: 'y' });
    assert.equal(
      (await open.taken(1)).map((m) => [m.tls, m.text.trim()]),
      [[false, 'y']],
    );
  } finally {
    await open.close();
  }
  assert.equal(t.server.mails, []);
});

test('TLS from the first byte on', async () => {
  const server = await smtpServer({ mode: 'tls', user: 'guard', password: 'right' });
  try {
    await mailRoute(smtp(server, { tls: 'tls' })).send(claim());
    assert.is((await server.taken(1))[0]!.user, 'guard');
  } finally {
    await server.close();
  }
});

test('a mail server that goes away and comes back loses nothing and gets nothing twice', async ({ server }) => {
  const ledger = ledgerOf();
  const { to, fromSeverity, context: _context, ...mailServer } = smtp(server);
  const ways = { smtp: { ...mailServer, to: [{ to, fromSeverity }] }, webhook: null, syslog: null };
  const routes = routesOf(ways, CONTEXT);
  await server.stop();
  // The clock runs thirty times faster, so that a minute between mails is two seconds.
  const began = Date.now();
  const now = () => began + (Date.now() - began) * 30;
  const notifier = startNotifier({ outbox: openOutbox(ledger.db), routes: () => routes, now, log: SILENT });
  const incident = (title: string) =>
    incidents.add(ledger.db, {
      kind: 'guard',
      severity: 'critical',
      site: 'main',
      title,
      evidence: { code: 'test' },
      who: 'test',
      why: '',
      at: now(),
    });
  incident('while it is away');
  await until('a failed attempt', () =>
    list(ledger.db).some((d) => d.attempts > 0 && d.error.includes('ECONNREFUSED')),
  );
  server.behave('take');
  await server.start();
  await server.taken(1, 8_000);
  const id = incident('while it is back');
  incidents.change(ledger.db, id, { state: 'closed', resolution: 'legitimate', who: 'test', why: '', at: now() });
  await server.taken(2, 10_000);
  await sleep(1000);
  assert.is(server.mails.length, 2);
  await notifier.stop(1000);
  assert.match(server.mails[0]!.text, /while it is away/);
  assert.match(server.mails[1]!.text, /Incident 2 closed: while it is back/);
  assert.equal(list(ledger.db), []);
  ledger.close();
});

test.run();
