import { plus } from '../../src/replay/lessons.ts';
import { type Contender, type Judged, type Keys, keysIn, type Trained, type World } from './judge.ts';
import { realCost } from './prices.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenario.ts';
import { byTime, type Labelled } from './traffic.ts';

/** What a policy did to honest people in three quiet weeks. */
export interface QuietFigures {
  honest: number;
  blocked: number;
  prompted: number;
  /** Ended by a cap. */
  cut: number;
  misdials: number;
  misdialsWarned: number;
  /** Misdials that reached somebody abroad. */
  misdialsConnected: number;
  emergency: number;
  emergencyTouched: number;
  /** Incidents, though nobody attacked: critical ones, and those of severity warning. */
  alarms: number;
  warnings: number;
  /** Both by what opened them. */
  incidents: Map<string, number>;
  /** Blocked and prompted calls by habit; misdials that were not warned. */
  touched: Map<string, number>;
}

/** How far an attack had come. */
export interface Moment {
  calls: number;
  seconds: number;
  leaked: number;
}

/** What one attack achieved. Money is in micro-USD at real prices. */
export interface AttackFigures {
  family: string;
  office: string;
  calls: number;
  stopped: number;
  money: number;
  leaked: number;
  /** Calls and seconds up to the first call that was stopped; null when none was. */
  firstStop: { calls: number; seconds: number } | null;
  /** Calls, seconds and money up to the first critical incident: when the administrator is called; null when he is not. */
  firstAlarm: Moment | null;
  /** The same up to the first incident of severity warning or critical. */
  firstIncident: Moment | null;
  honestBlocked: number;
  /** Of extensions that nobody attacked. */
  othersBlocked: number;
  /** Those by the rule that blocked them and whose extension it was. */
  honestBlockedBy: Map<string, number>;
  honest: number;
  days: number;
  /** What it may cost at most: the ceiling of the extension, or of the site where several are used, times its days. */
  bound: number | null;
}

const noQuiet = (): QuietFigures => ({
  ...{ honest: 0, blocked: 0, prompted: 0, cut: 0, misdials: 0, misdialsWarned: 0, misdialsConnected: 0 },
  ...{ emergency: 0, emergencyTouched: 0, alarms: 0, warnings: 0, incidents: new Map(), touched: new Map() },
});

function countQuiet(
  f: QuietFigures,
  { label, family, billsec }: Labelled,
  { verdict, went, seconds, reasons = [] }: Judged,
): void {
  const touched = verdict !== 'allow';
  if (label === 'emergency') {
    f.emergency++;
    f.emergencyTouched += Number(touched);
  } else if (label === 'misdial') {
    f.misdials++;
    f.misdialsWarned += Number(verdict === 'warn');
    f.misdialsConnected += Number(!touched);
    if (verdict !== 'warn') plus(f.touched, `${verdict}: misdial, ${family} (${reasons[0] ?? ''})`, 1);
  } else {
    f.honest++;
    f.blocked += Number(verdict === 'block');
    f.prompted += Number(verdict === 'warn');
    f.cut += Number(went && seconds < billsec);
    if (touched) plus(f.touched, `${verdict}: ${family} (${reasons[0] ?? ''})`, 1);
  }
}

async function quietWeeks(trained: Trained, { quiet }: Scenario, figures: QuietFigures): Promise<void> {
  const judge = await trained(keysIn('always answers', createRandom(1)));
  for (const call of quiet) countQuiet(figures, call, await judge.dial(call));
  for (const { severity, code } of judge.incidents?.() ?? []) {
    if (severity === 'critical') figures.alarms++;
    else figures.warnings++;
    plus(figures.incidents, `${severity}: ${code}`, 1);
  }
  judge.close();
}

const HOUR = 3_600_000;

/** One attack in the middle of the honest calls of those hours; `keys`: what the intruder presses. */
async function underAttack(trained: Trained, scene: Scenario, attack: Labelled[], keys: Keys): Promise<AttackFigures> {
  const [first, last] = [attack[0]!, attack.at(-1)!];
  const around = scene.quiet.filter((c) => c.at > first.at - HOUR && c.at < last.at + HOUR);
  const judge = await trained(keys);
  const exts = [...new Set(attack.map((c) => c.ext))];
  const days = Math.ceil((last.at - first.at) / (24 * HOUR));
  const ceiling = exts.length === 1 ? judge.ceilings?.extension : judge.ceilings?.site;
  const figures: AttackFigures = {
    ...{ family: first.family, office: scene.office.name, calls: 0, stopped: 0, money: 0, leaked: 0, firstStop: null },
    ...{ firstAlarm: null, firstIncident: null, honestBlockedBy: new Map() },
    ...{ honestBlocked: 0, othersBlocked: 0, honest: 0, days, bound: ceiling === undefined ? null : ceiling * days },
  };
  for (const c of [...around, ...attack].sort(byTime)) {
    const { verdict, went, seconds, reasons = [] } = await judge.dial(c);
    if (c.label !== 'fraud') {
      if (c.label === 'misdial') continue;
      figures.honest++;
      if (verdict !== 'block') continue;
      figures.honestBlocked++;
      const attacked = exts.includes(c.ext);
      figures.othersBlocked += Number(!attacked);
      plus(figures.honestBlockedBy, `${reasons[0] ?? ''}, ${attacked ? 'attacked' : 'other'} extension`, 1);
      continue;
    }
    figures.calls++;
    figures.money += realCost(c.to, scene.office.country, c.billsec);
    figures.leaked += realCost(c.to, scene.office.country, seconds);
    const now = { calls: figures.calls, seconds: (c.at - first.at) / 1000, leaked: figures.leaked };
    if (!figures.firstAlarm) {
      const grave = judge.incidents?.(exts) ?? [];
      if (grave.length > 0) figures.firstIncident ??= now;
      if (grave.some(({ severity }) => severity === 'critical')) figures.firstAlarm = now;
    }
    if (went) continue;
    figures.stopped++;
    figures.firstStop ??= { calls: now.calls, seconds: now.seconds };
  }
  judge.close();
  return figures;
}

/** Everything about one contender in one world. */
export interface Evaluation {
  contender: string;
  quiet: QuietFigures;
  attacks: Record<World, AttackFigures[]>;
}

/**
 * Trains a contender in every office and lets it through quiet weeks and every attack in every world. `draws`: intruders
 * an attack where they press random keys, each with other luck.
 */
export async function evaluate(
  contender: Contender,
  scenes: Scenario[],
  worlds: World[],
  draws: number,
): Promise<Evaluation> {
  const result: Evaluation = {
    contender: contender.name,
    quiet: noQuiet(),
    attacks: { 'never answers': [], 'random key': [], 'always answers': [] },
  };
  for (const scene of scenes) {
    const trained = await contender.train(scene.office, scene.past);
    await quietWeeks(trained, scene, result.quiet);
    for (const world of worlds)
      for (const attack of scene.attacks)
        for (let draw = 0; draw < (world === 'random key' ? draws : 1); draw++) {
          const keys = keysIn(world, scene.luck.fork(`${attack[0]!.attack} ${draw}`));
          result.attacks[world].push(await underAttack(trained, scene, attack, keys));
        }
  }
  return result;
}
