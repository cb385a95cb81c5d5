import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { decide } from '../../../src/core/decide.ts';
import type { Subscriber } from '../../../src/core/destination.ts';
import type { Facts } from '../../../src/core/facts.ts';
import { attempt, cleared, facts, hamburg, paris, policy, somalia } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

interface Vector {
  name: string;
  to: keyof typeof DESTINATIONS;
  /** Tuesday, at the site; else the facts' own time, in business hours. */
  clock?: string;
  listener?: boolean;
  facts?: Record<string, unknown>;
  /** The verdict and the code of its first reason. */
  says: string;
  /** The gravest incident; null for none. Not looked at where it is absent. */
  incident?: string | null;
  tollBlock?: true;
}

const DESTINATIONS = {
  somalia,
  hamburg,
  paris,
  nobody: { ...paris, e164: '+3314000000', lineType: 'unknown', valid: false },
} satisfies Record<string, Subscriber>;
const SEVERITIES = ['info', 'warning', 'critical'];

/** The facts of a quiet extension, and what the vector says of them. */
function factsOf({ clock, facts: said = {} }: Vector): Facts {
  const quiet = facts() as unknown as Record<string, object>;
  const merged = Object.entries(said).map(([name, value]) => {
    if (value === 'confirmed') return [name, cleared];
    return [name, typeof value === 'object' ? { ...quiet[name], ...value } : value];
  });
  const [hour, minute] = (clock ?? '').split(':').map(Number);
  const local = { day: '2026-11-24', weekday: 2, minute: (hour ?? 0) * 60 + (minute ?? 0) };
  return facts({ ...(clock && { local }), ...Object.fromEntries(merged) });
}

const file = new URL('../../vectors/detection.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
const test = suite('detection, case by case');

for (const vector of vectors)
  test(vector.name, () => {
    const { to, listener = true, says, incident, tollBlock } = vector;
    const { findings, verdict } = decide(attempt(DESTINATIONS[to], { listener }), factsOf(vector), policy());
    assert.is(`${verdict.action} ${verdict.reasons[0]?.code}`, says);
    const gravest = Math.max(-1, ...findings.map((f) => SEVERITIES.indexOf(f.incident?.severity ?? '')));
    if (incident !== undefined) assert.is(SEVERITIES[gravest] ?? null, incident);
    assert.is(findings.find((f) => f.tollBlock)?.tollBlock, tollBlock);
  });

test.run();
