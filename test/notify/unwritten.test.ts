import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { classify } from '../../src/core/risk/classify.ts';
import { createGuard } from '../../src/guard/guard.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import { list } from '../../src/store/sqlite/outbox-list.ts';
import { ledgerOf, TUESDAY } from '../store/support.ts';
import { policy } from '../support/facts.ts';
import { dialAttempt, guardOnTheBench, payerOf } from '../support/guard-bench.ts';
import { suite } from '../support/suite.ts';
import { sleep } from '../support/until.ts';

const test = suite('a full disk', { timeout: 20_000 });

test('what cannot be written is kept in memory, a thousand calls at most, said aloud, and written when there is room', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dw-full-'));
  const ledger = ledgerOf({ file: join(dir, 'x.db') });
  const bench = guardOnTheBench();
  const logged: string[] = [];
  const unwritten: number[] = [];
  const note = (event: string) => void logged.push(event);
  const guard = createGuard({
    ledger,
    settings: () => ({ ...bench.settings, sites: [{ policy: policy(), match: { realms: [], extensions: [] } }] }),
    classify,
    now: () => TUESDAY,
    random: () => 5,
    log: { info: () => undefined, warn: note, error: note },
    onUnwritten: (calls) => void unwritten.push(calls),
  });
  const pages = Number(ledger.db.pragma('page_count', { simple: true }));
  ledger.db.pragma(`max_page_count = ${pages}`);
  const ask = (n: number) =>
    guard.ask(dialAttempt(`0301234${n}`, TUESDAY, { uniqueid: `1.${n}`, payer: payerOf(`${200 + (n % 50)}`) }));
  const before: string[] = [];
  for (let n = 0; before.at(-1) !== 'unavailable'; n++) before.push((await ask(n)).action);
  for (let n = 5000; n < 6200; n += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, i) => ask(n + i)));
  }
  await sleep(250);
  await guard.sweep();
  assert.equal(unwritten, [1201]);
  assert.ok(
    logged.includes('ledger unavailable') && logged.includes('incident not recorded yet'),
    [...new Set(logged)].join(),
  );
  assert.equal(incidents.list(ledger.db), []);
  ledger.db.pragma(`max_page_count = ${pages + 10_000}`);
  await sleep(250);
  await guard.sweep();
  const [own, ...others] = incidents.list(ledger.db);
  assert.equal([own!.kind, own!.calls, others.length], ['guard', 1201, 0]);
  const log = incidents.get(ledger.db, own!.id)!.log.filter((l) => l.what === 'without a verdict');
  assert.is(log.length, 1000);
  assert.match(log[1]!.why, /^extension 2\d\d dialled 03012345\d\d\d$/);
  assert.equal(
    list(ledger.db).map((m) => m.kind),
    ['first'],
  );
  await guard.sweep();
  assert.is(incidents.list(ledger.db)[0]!.calls, 1201);
  ledger.close();
  bench.ledger.close();
  rmSync(dir, { recursive: true });
});

test.run();
