import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Lab, startLab } from '../support/lab.ts';
import { atMost, type Figure, median } from './bench.ts';
import { agiCall } from './support/agi-call.ts';
import { dialplan } from './support/dialplans.ts';
import { load, share } from './support/load.ts';
import { PYTHON } from './support/script-call.ts';
import { processorTimeOfAll, type Served, startGuard, startIdle } from './support/servers.ts';
import { officeCalls, sipLoad, sipTrunk } from './support/sip-load.ts';

// A real Asterisk 22 with sipp as 500 phones and as the trunk: what a call costs, and how long it takes to ring, by how it
// is checked. All ways take turns, round by round, in one Asterisk that writes no more than warnings to its log.

export const long = true;

const ROUNDS = 5;
/** New calls a second, and in a round. */
const [RATE, CALLS] = [40, 400];
/** Where a process is forked for each call, Asterisk carries fewer. */
const [SLOW_RATE, SLOW_CALLS] = [10, 100];
const TALK_MS = 500;
/** What the machine code of both servers takes to become the one that stays. */
const WARM_CALLS = 15_000;
const LIMIT = 1.15;

interface Way {
  name: string;
  /** Context of the dialplan. */
  context: string;
  /** The server that is asked. */
  server?: Served;
  rate: number;
  calls: number;
  rounds: Round[];
}

interface Round {
  /** Processor time a call, in microseconds: all together, and the server's part. */
  cpu: number;
  server: number;
  /** Post-dial delays in milliseconds, sorted. */
  delays: number[];
  failed: number;
}

const way = (name: string, context: string, server?: Served): Way => ({
  name,
  context,
  ...(server && { server }),
  rate: RATE,
  calls: CALLS,
  rounds: [],
});

async function round(lab: Lab, { context, server, rate, calls: count }: Way): Promise<Round> {
  const { pbx } = lab;
  await pbx.setGlobal('CHECK', context);
  if (server) await pbx.setGlobal('DW_AGI', `127.0.0.1:${server.port}`);
  const used = () => [processorTimeOfAll(pbx.pid()), server ? processorTimeOfAll(server.pid) : 0] as const;
  const before = used();
  const outcomes = await sipLoad({ server: pbx.sipPort, calls: officeCalls(count), rate, talkMs: TALK_MS });
  await pbx.idle();
  const after = used();
  const servers = (after[1] - before[1]) / count;
  return {
    cpu: (after[0] - before[0]) / count + servers,
    server: servers,
    delays: outcomes.flatMap(({ rang }) => rang ?? []).sort((a, b) => a - b),
    failed: count - outcomes.filter(({ status }) => status === 200).length,
  };
}

export async function bench(): Promise<Figure[]> {
  const trunk = await sipTrunk();
  const guard = await startGuard();
  const idle = await startIdle('idle-agi.mjs');
  let lab: Lab | null = null;
  try {
    const database = join(guard.dir, 'script.sqlite');
    lab = await startLab({
      agi: guard.port,
      trunkPort: trunk.port,
      phones: [...new Set(officeCalls(500).map(({ ext }) => ext))],
      verbose: 0,
      dialplan: `#include dialwarden.conf\n${dialplan(idle.port, database)}`,
    });
    for (const { port } of [guard, idle]) await load(agiCall, port, 32, 60_000, WARM_CALLS);
    const ways = {
      none: way('no check', 'none'),
      astdb: way('AstDB and GROUP_COUNT', 'astdb'),
      idle: way('ding-dong that does nothing', 'idle', idle),
      idleHere: way("ding-dong that does nothing, behind dialwarden's dialplan", 'dialwarden-calls', idle),
      ours: way('dialwarden', 'dialwarden-calls', guard),
      python: { ...way('AGI script in Python with SQLite', 'python'), rate: SLOW_RATE, calls: SLOW_CALLS },
    };
    const all = Object.values(ways).filter(({ context }) => context !== 'python' || existsSync(PYTHON));
    if (!all.includes(ways.python)) console.error(`asterisk: no script, since there is no ${PYTHON}`);
    for (let i = 0; i < ROUNDS; i++) for (const each of all) each.rounds.push(await round(lab, each));
    return [
      ...all.flatMap(figures),
      atMost(
        'dialwarden, of the processor time with ding-dong that does nothing',
        ratio(ways.ours, ways.idle),
        'times',
        LIMIT,
      ),
      ...all
        .filter((each) => each !== ways.none)
        .map((each) => ({
          name: `${each.name}, of the processor time with no check`,
          value: ratio(each, ways.none),
          unit: 'times',
        })),
    ];
  } finally {
    await lab?.close();
    await idle.stop();
    await guard.stop();
    await trunk.stop();
  }
}

/** Middle of the ratios of rounds that followed each other. */
const ratio = (one: Way, other: Way): number => median(one.rounds.map(({ cpu }, i) => cpu / other.rounds[i]!.cpu));

function figures({ name, server, rounds, rate }: Way): Figure[] {
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  const delay = (part: number) => middle(({ delays }) => share(delays, part));
  const all: Figure[] = [
    { name: `${name}: processor time a call, at ${rate} a second`, value: middle(({ cpu }) => cpu) / 1000, unit: 'ms' },
    { name: `${name}: post-dial delay, p50 / p99`, value: delay(0.5), unit: `ms / ${delay(0.99).toFixed(1)} ms` },
    { name: `${name}: calls that failed`, value: rounds.reduce((sum, { failed }) => sum + failed, 0), unit: '' },
  ];
  if (server)
    all.splice(1, 0, {
      name: `${name}: of it the server's`,
      value: middle((round) => round.server) / 1000,
      unit: 'ms',
    });
  return all;
}
