import type { Attempt, CallEnd } from '../../core/attempt.ts';
import { localTime } from '../../core/local-time.ts';
import { charge, type Micros, type Tariff } from '../../core/money.ts';
import type { Policy } from '../../core/policy.ts';
import type { Lease } from '../../core/verdict.ts';
import { blockOfDestination } from './confirmations.ts';
import type { Db } from './database.ts';
import { LATE_MS } from './record.ts';
import { hourOf } from './usage.ts';

/** A row of `leases` with the columns of its call that an end needs. */
export interface LeaseRow {
  id: number;
  call: number;
  site: string;
  money: 0 | 1;
  fresh: 0 | 1;
  opened_at: number;
  expires_at: number;
  max_seconds: number | null;
  reserved: Micros;
  per_minute: number | null;
  connect_fee: number | null;
  first: number | null;
  next: number | null;
  source: string | null;
  closed_at: number | null;
  seconds: number | null;
  charged: Micros;
  pbx: string;
  uniqueid: string;
  ext: string;
  region: string | null;
  billsec: number | null;
  /** The answered leg that it is for; null until one is named. */
  leg: string | null;
}

/** What tells the lease of an end. */
type EndOf = Pick<CallEnd, 'pbx' | 'uniqueid' | 'e164' | 'at' | 'age'> & { leg?: string | null };

export interface Closing {
  at: number;
  /** Billed seconds; 0 for a call nobody answered. */
  seconds: number;
  charged: Micros;
  answered: boolean;
  cause?: number | null;
  expired?: boolean;
}

const WITH_CALL = 'SELECT leases.*, pbx, uniqueid, region, billsec FROM leases JOIN calls ON calls.id = leases.call';

export const tariffOf = (row: LeaseRow): Tariff | null =>
  row.per_minute === null
    ? null
    : {
        perMinute: row.per_minute,
        connectFee: row.connect_fee ?? 0,
        first: row.first ?? 1,
        next: row.next ?? 1,
        source: row.source ?? '',
      };

/**
 * What an answered call of `seconds` on this lease costs. Only leases that hold money cost anything, and none more than
 * its reserve: the PBX ends the call at its cap, so that a source which says more is wrong (see `overran`).
 */
export function costOf(row: LeaseRow, seconds: number): Micros {
  const tariff = tariffOf(row);
  if (row.money === 0) return 0;
  const cost = tariff ? charge(tariff, seconds) : row.reserved;
  return row.max_seconds === null ? cost : Math.min(cost, row.reserved);
}

/** Seconds by which hanging up at the cap may come late. */
const GRACE = 2;

/** The call went on past its cap, if what is said of it is true: the dialplan does not apply the cap. */
export const overran = (row: LeaseRow, seconds: number): boolean =>
  row.max_seconds !== null && seconds > row.max_seconds + GRACE;

/**
 * What a call of unknown length used by wall time, from its lease's opening to `at`: at most its cap, and what is
 * reserved for that, since a PBX may end a capped call a second late.
 */
export function byWallTime(row: LeaseRow, at: number): { seconds: number; charged: Micros } {
  const wall = Math.max(1, Math.ceil((at - row.opened_at) / 1000));
  if (row.max_seconds === null) return { seconds: wall, charged: costOf(row, wall) };
  return { seconds: Math.min(wall, row.max_seconds), charged: Math.min(costOf(row, wall), row.reserved) };
}

export const leaseOf = (row: LeaseRow): Lease => ({
  money: row.money === 1,
  tariff: tariffOf(row),
  reserved: row.reserved,
  maxSeconds: row.max_seconds,
  fresh: row.fresh === 1,
  lifetimeMs: row.expires_at - row.opened_at,
});

/** Opens, closes and finds leases. Money is charged here and nowhere else. */
export function leaseBook(db: Db, policies: (site: string) => Policy) {
  const insert = db.prepare(
    `INSERT INTO leases (call, site, ext, block, scope, money, fresh, opened_at, expires_at, max_seconds, reserved,
       per_minute, connect_fee, first, next, source)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const close = db.prepare(
    `UPDATE leases SET closed_at = COALESCE(closed_at, @at), seconds = @seconds, charged = @charged, expired = @expired
     WHERE id = @id`,
  );
  const endCall = db.prepare(
    `UPDATE calls SET state = CASE WHEN state IN ('allowed', 'confirmed') THEN 'ended' ELSE state END,
       ended_at = COALESCE(@endedAt, ended_at), billsec = COALESCE(billsec, 0) + @seconds, charged = charged + @charged,
       cause = COALESCE(@cause, cause) WHERE id = @call`,
  );
  const lost = db.prepare('UPDATE incidents SET lost = lost + ? WHERE id = (SELECT incident FROM calls WHERE id = ?)');
  const spent = db.prepare(
    `INSERT INTO spent_hours (site, hour, charged) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET charged = charged + excluded.charged`,
  );
  const dayOf = db.prepare(
    `INSERT INTO region_days (site, region, day, calls) VALUES (?, ?, ?, 1)
     ON CONFLICT DO UPDATE SET calls = calls + 1`,
  );
  const openOf = db.prepare(`${WITH_CALL} WHERE call = ? AND closed_at IS NULL AND leg IS NULL`);
  const ofKey = db.prepare(
    `${WITH_CALL} WHERE pbx = @pbx AND uniqueid = @uniqueid AND (@e164 IS NULL OR e164 = @e164)
     ORDER BY COALESCE(leg = @leg, 0) DESC, closed_at IS NOT NULL, closed_at IS NULL AND leg IS NOT NULL,
       COALESCE(opened_at > @dialled, 0),
       CASE WHEN closed_at IS NULL AND @dialled IS NULL THEN leases.id ELSE -leases.id END LIMIT 1`,
  );
  const due = db.prepare(`${WITH_CALL} WHERE closed_at IS NULL AND expires_at <= ? ORDER BY expires_at`);
  const soonest = db.prepare('SELECT MIN(expires_at) FROM leases WHERE closed_at IS NULL').pluck();
  // Without the plus sign the order would be had by reading every lease there ever was.
  const allOpen = db.prepare(`${WITH_CALL} WHERE closed_at IS NULL ORDER BY +leases.id`);

  /** No lease expires before; a transaction undone since may make it too late, until the next sweep. */
  let nextDue = 0;

  /** Closes a lease, or raises the charge of a closed one. */
  function settle(row: LeaseRow, { at, seconds, charged, answered, cause = null, expired = false }: Closing): void {
    const endedAt = row.closed_at === null ? Math.max(at, row.opened_at) : null;
    close.run({ id: row.id, at: endedAt, seconds, charged, expired: Number(expired) });
    const more = charged - row.charged;
    endCall.run({ call: row.call, endedAt, seconds: seconds - (row.seconds ?? 0), charged: more, cause });
    if (more !== 0) {
      spent.run(row.site, hourOf(row.closed_at ?? endedAt ?? at), more);
      lost.run(more, row.call);
    }
    if (answered && !row.billsec && row.region !== null) {
      dayOf.run(row.site, row.region, localTime(at, policies(row.site).timezone).day);
    }
  }

  /** Closes leases past their lifetime at the moment it ended, charged in full. Returns how many. */
  function expire(now: number): number {
    const rows = due.all(now) as LeaseRow[];
    for (const row of rows) {
      const lifetime = row.money ? Math.ceil((row.expires_at - row.opened_at) / 1000) : 0;
      const seconds = row.max_seconds ?? lifetime;
      settle(row, { at: row.expires_at, seconds, charged: row.reserved, answered: false, expired: true });
    }
    nextDue = (soonest.get() as number | null) ?? Number.POSITIVE_INFINITY;
    return rows.length;
  }

  return {
    open(call: number, scope: number, attempt: Attempt, lease: Lease): void {
      const { at, site, destination } = attempt;
      const { tariff } = lease;
      const expiresAt = at + lease.lifetimeMs;
      nextDue = Math.min(nextDue, expiresAt);
      insert.run(
        call,
        site,
        attempt.ext ?? '',
        blockOfDestination(destination),
        scope,
        Number(lease.money),
        Number(lease.fresh),
        at,
        expiresAt,
        lease.maxSeconds,
        lease.reserved,
        tariff?.perMinute ?? null,
        tariff?.connectFee ?? null,
        tariff?.first ?? null,
        tariff?.next ?? null,
        tariff?.source ?? null,
      );
    },
    settle,
    /** The open lease on which a call's next leg may be dialled. */
    openOf: (call: number) => (openOf.get(call) as LeaseRow | undefined) ?? null,
    /**
     * The lease of the leg, else of a channel's (and E.164's) open ones the last that was there when the leg was dialled, or the
     * oldest where nobody knows, else the one closed last, else null.
     */
    ofKey({ pbx, uniqueid, e164, leg = null, at, age }: EndOf): LeaseRow | null {
      const dialled = age === undefined ? null : at - age + LATE_MS;
      return (ofKey.get({ pbx, uniqueid, e164, leg, dialled }) as LeaseRow | undefined) ?? null;
    },
    allOpen: () => allOpen.all() as LeaseRow[],
    expire,
    /** As `expire`, for every call: asks the database only once a lease may be due. */
    expireDue: (now: number): void => void (now >= nextDue && expire(now)),
  };
}

export type LeaseBook = ReturnType<typeof leaseBook>;
