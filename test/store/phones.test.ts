import * as assert from 'uvu/assert';
import { parseNetwork } from '../../src/core/addresses/network.ts';
import type { Attempt } from '../../src/core/attempt.ts';
import type { Destination } from '../../src/core/destination.ts';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import * as networks from '../../src/store/sqlite/networks.ts';
import * as phones from '../../src/store/sqlite/phones.ts';
import { attempt, hamburg, policy } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, end, judge, ledgerOf, MINUTE, morocco, refusal, seen, TUESDAY } from './support.ts';

const OFFICE = '10.0.0.21';
const HOME = '203.0.113.7';
const GAZA = '198.51.100.7';
const HOTEL = '192.0.2.9';
const COUNTRIES: Record<string, string> = { [HOME]: 'DE', [GAZA]: 'PS', [HOTEL]: 'ES' };

const test = suite<{ ledger: SqliteLedger }>('phones');
test.before.each((t) => {
  t.ledger = ledgerOf({ countryOf: (address) => COUNTRIES[address] ?? null });
  // Destinations are known, so that only addresses are spoken of.
  t.ledger.db
    .prepare(
      `INSERT INTO confirmations (site, ext, region, block, at, day, working, by, who) VALUES ('main', '', 'MA', '', 1, '2026-01-01', 1, 'admin', 'test')`,
    )
    .run();
});
test.after.each(({ ledger }) => ledger.close());

let calls = 0;
const call = (addr: string | null, at: number, more: Partial<Attempt> & { to?: Destination } = {}) =>
  attempt(more.to ?? morocco, { ...more, addr, at, uniqueid: `${++calls}` });

/** Makes a call and ends it; returns the verdict and its first reason. */
async function makes(ledger: SqliteLedger, asked: Attempt): Promise<string> {
  const { decision } = await ledger.admit(asked, judge(asked));
  await ledger.callEnded(end(asked, 30));
  return `${decision.verdict.action} ${decision.verdict.reasons[0]?.code}`;
}

const onRecord = ({ db }: SqliteLedger) => phones.list(db, 0).map(({ network, country }) => `${network} ${country}`);

test('the first network is taken as known, also by an ordinary call; another country is questioned', async ({
  ledger,
}) => {
  assert.match(await makes(ledger, call(OFFICE, TUESDAY, { to: hamburg })), /^allow/);
  assert.equal(onRecord(ledger), ['10.0.0.0/24 DE']);
  assert.is(await makes(ledger, call(GAZA, TUESDAY + DAY)), 'warn country_new');
  assert.is(await makes(ledger, call(HOME, TUESDAY + DAY + 5 * MINUTE)), 'warn network_new');
  assert.equal(onRecord(ledger), ['10.0.0.0/24 DE']);
});

test('ordinary calls make no second network known, and refresh those that are', async ({ ledger }) => {
  await makes(ledger, call(OFFICE, TUESDAY, { to: hamburg }));
  assert.match(await makes(ledger, call(GAZA, TUESDAY + MINUTE, { to: hamburg })), /^allow/);
  assert.equal(onRecord(ledger), ['10.0.0.0/24 DE']);
  await makes(ledger, call(OFFICE, TUESDAY + 60 * DAY, { to: hamburg }));
  assert.is(phones.list(ledger.db, 0)[0]?.last, TUESDAY + 60 * DAY);
  assert.is(await makes(ledger, call(GAZA, TUESDAY + 120 * DAY)), 'warn country_new');
});

test('a confirmation makes a network known, a refusal does not', async ({ ledger }) => {
  await makes(ledger, call(OFFICE, TUESDAY));
  const refused = call(HOME, TUESDAY + MINUTE);
  const asked = await ledger.admit(refused, judge(refused));
  await ledger.answered(asked.call, refused, 'wrong', refusal(refused));
  const next = call(HOME, TUESDAY + 2 * DAY);
  const again = await ledger.admit(next, judge(next));
  assert.is(again.decision.verdict.reasons[0]?.code, 'network_new');
  const { decision } = await ledger.answered(again.call, next, 'confirmed', judge(next));
  assert.is(decision.verdict.action, 'allow');
  await ledger.callEnded(end(next, 30));
  assert.equal(onRecord(ledger), ['203.0.113.0/24 DE', '10.0.0.0/24 DE']);
  assert.match(await makes(ledger, call(HOME, TUESDAY + 3 * DAY)), /^allow/);
});

test('a network that was not used for 90 days is new again; without any the next is taken as known', async ({
  ledger,
}) => {
  await makes(ledger, call(HOME, TUESDAY));
  await makes(ledger, call(OFFICE, TUESDAY + 80 * DAY));
  assert.match(await makes(ledger, call(HOME, TUESDAY + 91 * DAY)), /^warn network_new/);
  assert.match(await makes(ledger, call(HOTEL, TUESDAY + 300 * DAY)), /^allow/);
});

test('what the guard blocked for fraud taught no network', async ({ ledger }) => {
  await makes(ledger, call(OFFICE, TUESDAY));
  const asked = call(GAZA, TUESDAY + 10 * DAY);
  const { call: id } = await ledger.admit(asked, judge(asked));
  await ledger.answered(id, asked, 'confirmed', judge(asked));
  await ledger.callEnded(end(asked, 30));
  assert.is(onRecord(ledger).length, 2);
  const block = { what: 'international', site: 'main', ext: '214', reason: 'fraud', by: 'guard' } as const;
  const at = TUESDAY + 11 * DAY;
  blocks.lift(ledger.db, { id: blocks.add(ledger.db, { ...block, at }), by: 'root', at: at + MINUTE });
  assert.match(await makes(ledger, call(GAZA, TUESDAY + 20 * DAY)), /^warn country_new/);
  assert.match(await makes(ledger, call(OFFICE, TUESDAY + 20 * DAY + MINUTE)), /^allow/);
});

test('two far-apart countries within an hour are an incident, also where the phone in the house calls at home', async ({
  ledger,
}) => {
  await makes(ledger, call(OFFICE, TUESDAY - 10 * DAY));
  await makes(ledger, call(OFFICE, TUESDAY, { to: hamburg }));
  const asked = call(GAZA, TUESDAY + 10 * MINUTE);
  const { decision, incident, call: call1 } = await ledger.admit(asked, judge(asked));
  assert.equal(
    decision.verdict.reasons.map(({ code }) => code),
    ['far_apart', 'country_new'],
  );
  const open = () =>
    ledger.db.prepare('SELECT kind, severity, state, title FROM incidents').all() as Record<string, string>[];
  const [row] = open();
  assert.equal([row!.kind, row!.severity], ['pattern', 'warning']);
  assert.match(row!.title!, /Palestin.* 10 minutes after .*Germany, 2\d{3} km away/);
  const next = { ...asked, at: asked.at + 20_000 };
  const { decision: confirmed } = await ledger.answered(call1, next, 'confirmed', judge(next));
  assert.is(confirmed.verdict.action, 'allow');
  assert.equal(
    open().map(({ state }) => state),
    ['open'],
    'a key that the intruder pressed closes nothing',
  );
  await ledger.callEnded(end(next, 30));
  const office = call(OFFICE, TUESDAY + 15 * MINUTE);
  const back = await ledger.admit(office, judge(office));
  assert.equal([back.decision.verdict.reasons[0]?.code, back.incident], ['far_apart', incident]);
});

test('observing learns no network that it would have asked about', async () => {
  const ledger = ledgerOf({ mode: () => 'observe' });
  await makes(ledger, call(OFFICE, TUESDAY));
  assert.match(await makes(ledger, call(HOME, TUESDAY + DAY)), /^allow/);
  assert.equal(onRecord(ledger), ['10.0.0.0/24 DE']);
  ledger.close();
});

test('calls without an address, and ordinary ones, are told nothing; costly ones what the owner named', async () => {
  const site = { networks: [parseNetwork('10.0.0.0/8')!] };
  const ledger = ledgerOf({}, site);
  const look = async (asked: Attempt) => {
    const { kept, decide } = seen(judge(asked, site));
    await ledger.admit(asked, decide);
    return kept[0]!.whereabouts;
  };
  assert.is(await look(call(null, TUESDAY)), null);
  assert.is(await look(call(HOME, TUESDAY, { to: hamburg })), null);
  assert.is(await look(call('no address', TUESDAY)), null);
  const inside = await look(call(OFFICE, TUESDAY));
  assert.equal([inside?.owner?.network, inside?.confined, inside?.inHouse], ['10.0.0.0/8', true, true]);
  const outside = await look(call(HOME, TUESDAY));
  assert.equal([outside?.owner, outside?.confined, outside?.network], [null, true, '203.0.113.0/24']);
  ledger.close();
});

test('a costly call reads its networks by one search of an index', ({ ledger: { db } }) => {
  const plan = db
    .prepare(
      "EXPLAIN QUERY PLAN SELECT network, country, first, last FROM phones WHERE site = 'main' AND ext = '214' AND last > 0",
    )
    .all() as { detail: string }[];
  assert.equal(
    plan.map(({ detail }) => detail),
    ['SEARCH phones USING PRIMARY KEY (site=? AND ext=?)'],
  );
  networks.set(db, { site: '', ext: '*', network: parseNetwork('192.0.2.0/24')!, action: 'deny', by: 'root', at: 1 });
  const read = phones.whereaboutsReader(db, () => null);
  const where = read({ site: 'main', ext: '214', at: TUESDAY, addr: HOTEL }, policy());
  assert.is(where?.owner?.action, 'deny');
});

test.run();
