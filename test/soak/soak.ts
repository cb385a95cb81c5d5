import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { asteriskFallback } from '../../src/cli/fallback.ts';
import { fallbackList } from '../../src/core/fallback-list.ts';
import { recordCalls } from '../bench/support/many-calls.ts';
import { sipTrunk } from '../bench/support/sip-load.ts';
import { policy } from '../support/facts.ts';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { freeTcpPort } from '../support/ports.ts';
import { sleep, until } from '../support/until.ts';
import { gauges, metric, startAsking, stolenSeconds } from './gauges.ts';
import { type Finding, level, outcomes } from './judgement.ts';
import { batch, failures, head, highestRate, line, type Minute } from './minutes.ts';
import { DIGIT, startQuestioned } from './questioned.ts';
import { extensions, GROUPS, type Group, KNOWN, traffic } from './traffic.ts';

// npm run soak [-- --minutes 60] [--rate N]: mixed calls on a real Asterisk, at seven tenths of the highest rate it carries
// (or N calls a second). Half way, calls of more than a year ago are pruned. Exit 1 where something did not stay level, in
// minutes in which the host of a virtual machine left it its processors.

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' }, rate: { type: 'string' } } });
const MINUTES = Number(values.minutes);
if (!(MINUTES >= 4)) throw new Error('--minutes: four or more, to compare its quarters');
const SHARE = 0.7;
const DAY = 86_400_000;
/** Recorded before: most of them are older than what is kept. */
const [OLD_CALLS, OLD_SINCE] = [50_000, 300 * DAY];
const MONEY = 'loss_ceiling_per_extension_day = 100000\nloss_ceiling_per_day = 100000000\n';
const WARNING = `[warning]\ndigit = "${DIGIT}"\n`;

async function start(trunkPort: number): Promise<{ lab: Lab; guard: GuardProcess }> {
  const agiPort = await freeTcpPort();
  const site = policy();
  // As `init` installs it: what passes while a machine that stood still gives no verdict.
  const fallback = asteriskFallback(site, fallbackList(site.plan));
  const lab = await startLab({ agi: agiPort, trunkPort, phones: extensions(), verbose: 0, fallback });
  const guard = await startGuard({ agiPort, amiPort: lab.pbx.amiPort, site: MONEY, internal: 'XXXX', config: WARNING });
  guard.signal('SIGTERM');
  await until('the guard to end', guard.gone, 15_000);
  recordCalls(join(guard.dir, 'data'), Date.now() - OLD_SINCE, OLD_CALLS, 1_000);
  await guard.restart();
  for (const number of KNOWN) {
    const { code, err } = await guard.cli('confirm', 'add', '*', number);
    if (code !== 0) throw new Error(err);
  }
  return { lab, guard };
}

/** The minutes of the soak. Batches overlap by the calls that are still under way when the next begins. */
async function run(lab: Lab, guard: GuardProcess, next: ReturnType<typeof traffic>, rate: number): Promise<Minute[]> {
  const asking = startAsking(guard);
  const stolen = stolenSeconds();
  const minutes: Minute[] = [];
  const begin = performance.now();
  const running: Promise<void>[] = [];
  let trouble: Error | null = null;
  const beside = (work: Promise<void>) => {
    const caught = work.catch((error) => {
      trouble ??= error;
    });
    running.push(caught);
  };
  console.log(head());
  for (let number = 1; number <= MINUTES && !trouble; number++) {
    const made = batch(lab.pbx.sipPort, next(rate * 60), rate);
    beside(
      made.then(async (result) => {
        if (guard.gone()) throw new Error(`the guard has ended:\n${guard.output().slice(-4_000)}`);
        const before = minutes.reduce((sum, { undecided }) => sum + undecided, 0);
        const undecided = (await metric(guard, 'dialwarden_verdicts_total{action="unavailable"')) - before;
        const seen = { batch: result, slowest: asking.slowest(), undecided, stolen: stolen() };
        minutes.push({ ...gauges(guard, lab.pbx), ...seen });
        console.log(line(number, minutes.at(-1)!));
        if (failures(result) > 0) console.log(complaints(guard));
      }),
    );
    if (number === Math.ceil(MINUTES / 2)) beside(prune(guard));
    await sleep(begin + number * 60_000 - performance.now());
  }
  await Promise.all(running);
  asking.stop();
  if (trouble) throw trouble;
  return minutes;
}

/** What the guard last complained of, and its last refusals of calls that may go out: why calls failed. */
function complaints(guard: GuardProcess): string {
  const lines = guard.output().slice(-200_000).split('\n');
  const refused = (text: string) => /"verdict":"(block|unavailable)"/.test(text) && !text.includes('+88161');
  return lines
    .filter((text) => /"level":"(warn|error)"/.test(text) || refused(text))
    .slice(-10)
    .join('\n');
}

let pruned = 0;

async function prune(guard: GuardProcess): Promise<void> {
  const begin = performance.now();
  const { out, err } = await guard.cli('prune', '--json');
  pruned = (JSON.parse(out || '{}') as { calls?: number }).calls ?? 0;
  console.log(`pruned ${pruned} calls in ${((performance.now() - begin) / 1000).toFixed(1)} s ${err}`);
}

/** What the ledger holds of each group of phones that are asked: whether the call went out. */
function asked(guard: GuardProcess): { group: Group; calls: number; out: number }[] {
  const db = new Database(join(guard.dir, 'data', 'dialwarden.db'), { readonly: true });
  const count = db.prepare<[number, number]>(
    'SELECT COUNT(*) AS calls, COALESCE(SUM(billsec > 0), 0) AS out FROM calls WHERE CAST(ext AS INTEGER) BETWEEN ? AND ?',
  );
  const rows = (['right', 'info', 'wrong', 'leaves'] as const).map((group) => {
    const [first, many] = GROUPS[group];
    return { group, ...(count.get(first, first + many - 1) as { calls: number; out: number }) };
  });
  db.close();
  return rows;
}

async function judge(lab: Lab, guard: GuardProcess, minutes: Minute[], stray: string[]): Promise<Finding[]> {
  await lab.pbx.idle(60_000).catch(() => undefined);
  await sleep(10_000);
  const [channels, leases] = [(await lab.pbx.channels()).length, await metric(guard, 'dialwarden_open_calls')];
  const verdicts = asked(guard).map(({ group, calls, out }) => ({
    holds: group === 'right' || group === 'info' ? out === calls : out === 0,
    text: `asked, ${group}: ${out} of ${calls} went out`,
  }));
  return [
    ...level(minutes),
    ...outcomes(minutes),
    ...verdicts,
    {
      holds: stray.length === 0,
      text: `${stray.length} phones that are asked saw something else ${stray.slice(0, 3).join('; ')}`,
    },
    { holds: channels === 0, text: `${channels} channels left` },
    { holds: leases === 0, text: `${leases} leases left` },
    { holds: pruned > 0, text: `${pruned} old calls pruned meanwhile` },
  ];
}

const trunk = await sipTrunk();
const { lab, guard } = await start(trunk.port);
try {
  const next = traffic(1);
  const rate = values.rate ? Number(values.rate) : Math.floor(SHARE * (await highestRate(lab.pbx.sipPort, next)));
  console.log(`${MINUTES} minutes at ${rate} calls a second`);
  const questioned = startQuestioned(lab.pbx);
  const minutes = await run(lab, guard, next, rate);
  await questioned.stop();
  const findings = await judge(lab, guard, minutes, questioned.failed());
  for (const { holds, text } of findings) console.log(`${holds ? 'level' : 'NOT LEVEL'}: ${text}`);
  process.exitCode = findings.every(({ holds }) => holds) ? 0 : 1;
} finally {
  await lab.close();
  await guard.stop();
  await trunk.stop();
}
