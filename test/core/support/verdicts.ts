import { decide } from '../../../src/core/decide.ts';
import type { Destination } from '../../../src/core/destination.ts';
import type { Confirmed, Facts } from '../../../src/core/facts.ts';
import { micros, type Tariff } from '../../../src/core/money.ts';
import type { Decision } from '../../../src/core/verdict.ts';
import { attempt, facts, policy } from '../../support/facts.ts';

export const dollar: Tariff = { perMinute: micros(1), connectFee: 0, first: 60, next: 60, source: 'test' };

/** The decision on a call, at a dollar a minute, with whatever else differs from a quiet extension's. */
export const judge = (d: Destination, f: Partial<Facts> = {}, a = {}, p = {}): Decision =>
  decide(attempt(d, a), facts({ tariff: dollar, ...f }), policy(p));

/** The verdict and the code of its first reason. */
export const said = (d: Decision): string => `${d.verdict.action} ${d.verdict.reasons[0]?.code}`;

export const confirmed = (more: Partial<Confirmed>): Confirmed => ({ ...facts().confirmed, ...more });
