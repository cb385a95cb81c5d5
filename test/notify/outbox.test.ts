import * as assert from 'uvu/assert';
import type { Attempt } from '../../src/core/attempt.ts';
import type { Claim, Outbox } from '../../src/guard/outbox.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { openOutbox } from '../../src/store/sqlite/outbox.ts';
import { list, retry } from '../../src/store/sqlite/outbox-list.ts';
import { judge, ledgerOf, MINUTE, TUESDAY } from '../store/support.ts';
import { attempt, somalia } from '../support/facts.ts';
import { suite } from '../support/suite.ts';

const test = suite('outbox');
const MAIL = { id: 'mail:warning', from: 'warning', together: true, everyMs: MINUTE } as const;
const HOOK = { id: 'webhook', from: 'info', together: false, everyMs: 0 } as const;

const ask = (ledger: SqliteLedger, call: Attempt) => ledger.admit(call, judge(call));

/** A satellite number: blocked as premium, a warning at least. */
const satellite = (n: number, at: number) =>
  attempt(
    { ...somalia, e164: `+88299${100_000 + n}`, region: '001', lineType: 'premium' },
    { uniqueid: `call.${n}`, at },
  );

const outboxes = new WeakMap<SqliteLedger, Outbox>();

/** Rounds of the notifier up to `end`; what it would have sent. */
function send(
  ledger: SqliteLedger,
  from: number,
  end: number,
  route: typeof MAIL | typeof HOOK = MAIL,
  step = 500,
): Claim[] {
  const outbox = outboxes.get(ledger) ?? openOutbox(ledger.db);
  outboxes.set(ledger, outbox);
  const sent: Claim[] = [];
  for (let now = from; now <= end; now += step) {
    outbox.plan([route], now);
    const claim = outbox.claim(route, now);
    if (!claim) continue;
    sent.push(claim);
    outbox.sent(route.id, claim.batch, now);
  }
  return sent;
}

test('a thousand blocked calls in a minute are two mails', async () => {
  const ledger = ledgerOf();
  const mails: Claim[] = [];
  for (let n = 0; n < 1000; n++) {
    const at = TUESDAY + n * 60;
    const { decision } = await ask(ledger, satellite(n, at));
    assert.is(decision.verdict.action, 'block');
    if (n % 9 === 0) mails.push(...send(ledger, at, at));
  }
  mails.push(...send(ledger, TUESDAY + MINUTE, TUESDAY + 10 * MINUTE));
  assert.is(mails.length, 2);
  assert.equal(
    mails[0]!.notices.map((n) => n.kind),
    ['first'],
  );
  const told = new Map(mails[1]!.notices.map(({ incident }) => [incident.id, incident]));
  const sum = (of: 'calls' | 'stopped') => [...told.values()].reduce((n, incident) => n + incident[of], 0);
  assert.equal([sum('calls'), sum('stopped')], [1000, 1000]);
  ledger.close();
});

test('an attack that goes on is told of ever more seldom', async () => {
  const ledger = ledgerOf();
  const mails: Claim[] = [];
  for (let n = 0; n < 24 * 60; n++) {
    const at = TUESDAY + n * MINUTE;
    await ask(ledger, satellite(n, at));
    mails.push(...send(ledger, at, at + MINUTE - 1, MAIL, 30_000));
  }
  const digests = mails.filter((m) => m.notices.some((n) => n.kind === 'digest'));
  assert.ok(mails.length <= 8, `${mails.length} mails in a day`);
  assert.ok(digests.length >= 4, `${digests.length} digests in a day`);
  ledger.close();
});

test('a message is written with the verdict or not at all', async () => {
  const ledger = ledgerOf();
  const call = satellite(1, TUESDAY);
  ledger.db.exec('DROP TABLE outbox');
  let error: unknown;
  await ask(ledger, call).catch((e) => (error = e));
  assert.match(String(error), /outbox/);
  for (const name of ['calls', 'incidents', 'incident_log']) {
    assert.is(ledger.db.prepare(`SELECT COUNT(*) FROM ${name}`).pluck().get(), 0, name);
  }
  ledger.close();
});

test('only what is grave enough is sent, and what has become so', async () => {
  const ledger = ledgerOf();
  const add = (severity: 'info' | 'warning') =>
    incidents.add(ledger.db, {
      kind: 'guard',
      severity,
      site: 'main',
      title: severity,
      evidence: { code: 'x' },
      who: 'test',
      why: '',
      at: TUESDAY,
    });
  const mild = add('info');
  assert.equal(send(ledger, TUESDAY, TUESDAY + MINUTE), []);
  assert.equal(list(ledger.db), []);
  const grave = add('warning');
  incidents.change(ledger.db, mild, { state: 'closed', resolution: 'misdial', who: 'test', why: '', at: TUESDAY });
  const [mail] = send(ledger, TUESDAY, TUESDAY + 5 * MINUTE);
  assert.equal(
    mail!.notices.map((n) => n.incident.id),
    [grave],
  );
  ledger.close();
});

test('news of many incidents in a minute leave together, each webhook by itself', async () => {
  const ledger = ledgerOf();
  for (let n = 0; n < 30; n++) await ask(ledger, { ...satellite(n, TUESDAY + n), ext: `2${10 + n}` });
  const mails = send(ledger, TUESDAY + 500, TUESDAY + MINUTE);
  assert.equal(
    mails.map((m) => m.notices.length),
    [30],
  );
  const later = satellite(99, TUESDAY + 2 * MINUTE);
  await ask(ledger, { ...later, ext: '400' });
  assert.equal(
    send(ledger, TUESDAY + 2 * MINUTE, TUESDAY + 3 * MINUTE, HOOK).map((c) => c.notices.length),
    Array(31).fill(1),
  );
  ledger.close();
});

test('what was taken out and never reported comes again after a minute, alone and under its number', async () => {
  const ledger = ledgerOf();
  await ask(ledger, satellite(1, TUESDAY));
  const before = openOutbox(ledger.db);
  before.plan([MAIL], TUESDAY);
  const lost = before.claim(MAIL, TUESDAY)!;
  // The process is killed here; another one starts.
  const after = openOutbox(ledger.db);
  await ask(ledger, { ...satellite(2, TUESDAY + 1000), ext: '300' });
  after.plan([MAIL], TUESDAY + 1000);
  for (let ms = 1000; ms < MINUTE; ms += 500) assert.is(after.claim(MAIL, TUESDAY + ms), null);
  const again = after.claim(MAIL, TUESDAY + MINUTE)!;
  assert.is(again.batch, lost.batch);
  assert.is(again.attempt, 2);
  assert.equal(
    again.notices.map((n) => n.message),
    lost.notices.map((n) => n.message),
  );
  after.sent(MAIL.id, again.batch, TUESDAY + MINUTE);
  assert.is(after.claim(MAIL, TUESDAY + 2 * MINUTE - 1), null);
  assert.is(after.claim(MAIL, TUESDAY + 2 * MINUTE)!.notices[0]!.incident.ext, '300');
  ledger.close();
});

test('a route that fails rests ever longer, and `retry` wakes it', async () => {
  const ledger = ledgerOf();
  const outbox = openOutbox(ledger.db);
  await ask(ledger, satellite(1, TUESDAY));
  outbox.plan([MAIL], TUESDAY);
  const waits: number[] = [];
  let now = TUESDAY;
  for (let n = 0; n < 8; n++) {
    const { batch } = outbox.claim(MAIL, now)!;
    const again = outbox.failed(MAIL.id, batch, now, 'refused', false);
    assert.is(outbox.claim(MAIL, again - 1), null);
    waits.push((again - now) / 1000);
    now = again;
  }
  assert.equal(waits, [2, 5, 15, 60, 300, 900, 900, 900]);
  outbox.failed(MAIL.id, outbox.claim(MAIL, now)!.batch, now, 'refused', false);
  assert.is(outbox.claim(MAIL, now + 1), null);
  assert.is(list(ledger.db)[0]!.error, 'refused');
  assert.is(retry(ledger.db), 1);
  assert.is(outbox.claim(MAIL, now + 1)!.attempt, 10);
  ledger.close();
});

test('what may have arrived is not sent again within a minute, retried by hand or not', async () => {
  const ledger = ledgerOf();
  const outbox = openOutbox(ledger.db);
  await ask(ledger, satellite(1, TUESDAY));
  outbox.plan([MAIL], TUESDAY);
  outbox.failed(MAIL.id, outbox.claim(MAIL, TUESDAY)!.batch, TUESDAY + 500, 'timeout', true);
  retry(ledger.db);
  assert.is(outbox.claim(MAIL, TUESDAY + MINUTE), null);
  assert.ok(outbox.claim(MAIL, TUESDAY + MINUTE + 500));
  ledger.close();
});

test('a way that is configured later hears once what is open of the last day, and no more', async () => {
  const ledger = ledgerOf();
  const hours = (n: number) => TUESDAY + n * 60 * MINUTE;
  await ask(ledger, satellite(1, hours(0)));
  await ask(ledger, { ...satellite(2, hours(30)), ext: '300' });
  await ask(ledger, { ...satellite(3, hours(40)), ext: '301' });
  incidents.change(ledger.db, 3, { state: 'closed', resolution: 'fraud', who: 'test', why: '', at: hours(41) });
  openOutbox(ledger.db).plan([], hours(42));
  const exts = (mails: Claim[]) => mails.map((m) => m.notices.map((n) => n.incident.ext));
  assert.equal(exts(send(ledger, hours(48), hours(49), MAIL, MINUTE)), [['300']]);
  assert.equal(exts(send(ledger, hours(50), hours(51), HOOK, MINUTE)), [['300']]);
  assert.equal(exts(send(ledger, hours(50), hours(51), HOOK, MINUTE)), []);
  ledger.close();
});

test('what waits for a way that is gone is dropped', async () => {
  const ledger = ledgerOf();
  const outbox = openOutbox(ledger.db);
  await ask(ledger, satellite(1, TUESDAY));
  outbox.plan([MAIL], TUESDAY);
  assert.is(list(ledger.db).length, 1);
  outbox.plan([HOOK], TUESDAY + MINUTE);
  assert.equal(
    list(ledger.db).map((d) => d.route),
    ['webhook'],
  );
  ledger.close();
});

test('one attack is one incident and one thread: its title escalates, the subject of its mails stays', async () => {
  const ledger = ledgerOf();
  for (let n = 0; n < 12; n++) await ask(ledger, satellite(n, TUESDAY + n * MINUTE));
  const mails = send(ledger, TUESDAY, TUESDAY);
  mails.push(...send(ledger, TUESDAY + 12 * MINUTE, TUESDAY + 30 * MINUTE));
  const [first, last] = [mails[0]!.notices[0]!.incident, mails.at(-1)!.notices[0]!.incident];
  assert.equal([first.id, last.id, incidents.list(ledger.db).length], [1, 1, 1]);
  assert.match(last.title, /goes on dialling against stops/);
  assert.is(last.subject, first.subject);
  ledger.close();
});

test.run();
