import { plus } from '../../src/replay/lessons.ts';
import type { AttackFigures, Evaluation } from './evaluate.ts';
import { WORLDS, type World } from './judge.ts';

const sum = <T>(list: readonly T[], of: (item: T) => number): number =>
  list.reduce((total, item) => total + of(item), 0);
const percent = (part: number, whole: number, places = 1): string =>
  `${((100 * part) / Math.max(whole, 1)).toFixed(places)}%`;
const usd = (value: number): string => (value / 1e6).toFixed(2);
const median = (list: number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

/** A Markdown table. */
function markdown(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map((_, i) => (i === 0 ? '---' : '---:'))) + rows.map(line).join('');
}

function attackCells(attacks: AttackFigures[]): (string | number)[] {
  const worst = attacks.reduce((a, b) => (b.leaked > a.leaked ? b : a));
  const stops = attacks.flatMap(({ firstStop }) => (firstStop ? [firstStop] : []));
  const calls = sum(attacks, (a) => a.calls);
  return [
    percent(
      sum(attacks, (a) => a.stopped),
      calls,
    ),
    percent(
      sum(attacks, (a) => a.leaked),
      sum(attacks, (a) => a.money),
      2,
    ),
    `${usd(worst.leaked)} (${worst.family})`,
    attacks[0]?.bound === null ? 'none stated' : `${attacks.filter((a) => a.leaked > (a.bound ?? 0)).length} over`,
    stops.length < attacks.length ? `${attacks.length - stops.length} never` : 'all',
    stops.length > 0 ? median(stops.map((s) => s.calls)) : '-',
    stops.length > 0 ? Math.round(median(stops.map((s) => s.seconds))) : '-',
    percent(
      sum(attacks, (a) => a.honestBlocked),
      sum(attacks, (a) => a.honest),
      2,
    ),
    percent(
      sum(attacks, (a) => a.othersBlocked),
      sum(attacks, (a) => a.honest),
      3,
    ),
  ];
}

/** Every contender in one world. */
export const worldTable = (world: World, evaluations: Evaluation[]): string =>
  `\n### The intruder ${world === 'random key' ? 'presses a random key' : world}\n\n${markdown(
    [
      'policy',
      'fraud calls stopped',
      'money leaked',
      'worst attack, USD',
      'ceiling x days',
      'attacks stopped',
      'calls to first stop',
      'seconds',
      'honest blocked meanwhile',
      'of extensions not attacked',
    ],
    evaluations.map((e) => [e.contender, ...attackCells(e.attacks[world])]),
  )}`;

export const quietTable = (evaluations: Evaluation[]): string =>
  `\n### Honest people, after two weeks of learning\n\n${markdown(
    [
      'policy',
      'honest calls',
      'blocked',
      'prompted',
      'cut short',
      'misdials warned',
      'misdials let through',
      'emergency calls touched',
      'critical incidents',
      'warning incidents',
    ],
    evaluations.map(({ contender, quiet: q }) => [
      contender,
      q.honest,
      percent(q.blocked, q.honest, 3),
      percent(q.prompted, q.honest, 2),
      percent(q.cut, q.honest, 2),
      `${percent(q.misdialsWarned, q.misdials)} of ${q.misdials}`,
      percent(q.misdialsConnected, q.misdials),
      `${q.emergencyTouched} of ${q.emergency}`,
      q.alarms,
      q.warnings,
    ]),
  )}`;

/** What every family of attack cost, on average and at worst, in every world. */
export function familyTable({ contender, attacks }: Evaluation): string {
  const families = [...new Set(attacks['never answers'].map((a) => a.family))];
  const cells = (family: string, world: World): string => {
    const some = attacks[world].filter((a) => a.family === family);
    return `${usd(sum(some, (a) => a.leaked) / Math.max(some.length, 1))} / ${usd(Math.max(...some.map((a) => a.leaked)))}`;
  };
  const rows = families.map((family) => {
    const whole = attacks['never answers'].filter((a) => a.family === family);
    return [
      family,
      sum(whole, (a) => a.calls),
      usd(sum(whole, (a) => a.money) / whole.length),
      ...WORLDS.map((w) => cells(family, w)),
    ];
  });
  return `\n### ${contender}: what an attack cost, mean / worst, USD\n\n${markdown(['attack', 'calls', 'unguarded', ...WORLDS], rows)}`;
}

/** How soon an incident says so, by family of attack, where one always answers. */
export function alarmTable({ contender, attacks }: Evaluation): string {
  const all = attacks['always answers'];
  const cells = (some: AttackFigures[], of: 'firstIncident' | 'firstAlarm'): (string | number)[] => {
    const moments = some.flatMap((a) => a[of] ?? []);
    if (moments.length === 0) return [`0 of ${some.length}`, '-', '-', '-'];
    const mean = sum(moments, (m) => m.leaked) / moments.length;
    return [
      `${moments.length} of ${some.length}`,
      median(moments.map((m) => m.calls)),
      (median(moments.map((m) => m.seconds)) / 60).toFixed(1),
      `${usd(mean)} / ${usd(Math.max(...moments.map((m) => m.leaked)))}`,
    ];
  };
  const rows = [...new Set(all.map((a) => a.family))].map((family) => {
    const some = all.filter((a) => a.family === family);
    return [family, ...cells(some, 'firstIncident'), ...cells(some, 'firstAlarm')];
  });
  const heads = (what: string) => [what, 'calls', 'minutes', 'gone by then, mean / worst, USD'];
  return `\n### ${contender}: the first incident, where the intruder always answers\n\n${markdown(
    ['attack', ...heads('warning'), ...heads('critical')],
    rows,
  )}`;
}

const most = (counts: Map<string, number>): [string, number][] => [...counts].sort((a, b) => b[1] - a[1]).slice(0, 20);

/** Why honest calls were blocked in the middle of attacks, in every world; what opened incidents where nobody attacked. */
export function falseTables({ contender, attacks, quiet }: Evaluation): string {
  const blocked = new Map<string, number>();
  for (const world of WORLDS)
    for (const { honestBlockedBy } of attacks[world])
      for (const [why, calls] of honestBlockedBy) plus(blocked, `${world}: ${why}`, calls);
  const byAttack = `\n### ${contender}: honest calls blocked in the middle of attacks\n\n`;
  const byNobody = `\n### ${contender}: incidents though nobody attacked\n\n`;
  return (
    byAttack +
    markdown(['world, rule', 'calls'], most(blocked)) +
    byNobody +
    markdown(['rule', 'incidents'], most(quiet.incidents))
  );
}

/** Which habits were disturbed, most disturbed first. */
export const touchedTable = ({ contender, quiet }: Evaluation): string =>
  `\n### ${contender}: honest calls it touched, misdials it did not warn of\n\n${markdown(
    ['verdict and habit', 'calls'],
    most(quiet.touched),
  )}`;
