import type { Usage } from '../../core/limits.ts';
import type { Micros } from '../../core/money.ts';
import type { Db } from './database.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Bits of the column `scope`. */
export const INTERNATIONAL = 1;
export const ELEVATED = 2;

/** Whose use is asked for. `own`: the call itself, which does not count (0 for none). `block`: a block of numbers, or ''. */
export interface Who {
  site: string;
  ext: string;
  at: number;
  own: number;
  block: string;
}

/** Open calls that cost money, and what was spent in 24 hours: charged, and reserved by open calls. */
export interface Money {
  moneyCalls: number;
  spent: { extension: Micros; site: Micros };
  blockSpent: Micros;
}

type Scoped = Usage['concurrent'];
type Row = Record<string, number>;

/** The columns of one aggregate: of all calls, and for calls that cost money of each scope. */
const scoped = (each: boolean, name: string, sum: (where: string) => string, also = 'TRUE') => {
  const column = (scope: string, where: string) => `COALESCE(${sum(`${also}${where}`)}, 0) AS ${name}_${scope}`;
  const all = [column('all', '')];
  if (each)
    all.push(column('international', ` AND scope & ${INTERNATIONAL}`), column('elevated', ` AND scope & ${ELEVATED}`));
  return all.join(', ');
};
const total = (what: string) => (where: string) => `SUM(${what})${where === 'TRUE' ? '' : ` FILTER (WHERE ${where})`}`;

const pick = (row: Row, name: string): Scoped => ({
  all: row[`${name}_all`] ?? 0,
  international: row[`${name}_international`] ?? 0,
  elevated: row[`${name}_elevated`] ?? 0,
});

const add = (a: Scoped, b: Scoped, unit = 1): Scoped => ({
  all: (a.all + b.all) / unit,
  international: (a.international + b.international) / unit,
  elevated: (a.elevated + b.elevated) / unit,
});

/** Hours since 1970, UTC. */
export const hourOf = (at: number): number => Math.floor(at / HOUR);

/** Calls of the last minute and hour. A clock that was put back leaves calls in the future: those soon to come count too. */
const lately = (
  each: boolean,
) => `SELECT ${scoped(each, 'hour', total('1'))}, ${scoped(each, 'minute', total('1'), 'at > @minute AND at <= @minuteOn')}
  FROM calls WHERE counted = 1 AND site = @site AND ext = @ext AND at > @hour AND at <= @hourOn`;

/**
 * What an extension used since a moment, exact to the millisecond: whole hours, which triggers count, and the calls of the
 * broken one before them.
 */
const used = (each: boolean) => `SELECT ${scoped(each, 'calls', total('calls'))},
    ${scoped(each, 'seconds', total('seconds'))}, ${scoped(each, 'money', total('charged'))}
  FROM (
    SELECT scope, calls, seconds, charged FROM used_hours WHERE site = @site AND ext = @ext AND hour > @hour
    UNION ALL SELECT scope, 1, 0, 0 FROM calls
    WHERE counted = 1 AND site = @site AND ext = @ext AND at > @since AND at < @whole
    UNION ALL SELECT scope, 0, seconds, charged FROM leases
    WHERE closed_at IS NOT NULL AND seconds > 0 AND site = @site AND ext = @ext AND closed_at >= @since AND closed_at < @whole)`;

const open = (each: boolean) => `SELECT ${scoped(each, 'calls', total('1'), 'expires_at > @at')},
    ${scoped(each, 'seconds', total('COALESCE(max_seconds, MAX(0, (@at - opened_at) / 1000))'))},
    ${scoped(each, 'money', total('reserved'))}
  FROM leases INDEXED BY leases_open
  WHERE closed_at IS NULL AND site = @site AND ext = @ext AND expires_at >= @since`;

/**
 * Reads what an extension and its site have used. Windows slide and are exact to the millisecond: a call counts for a
 * minute, hour or day after it began, its minutes and money for 24 hours after it ended. Open calls count with what they
 * may still use (an open call without a cap with the time it has used); one past its lifetime, not yet closed, as closed
 * then and charged in full. Of a call in no other scope only `all` is read. `money` is told what `ofExtension` found.
 */
export function usageReader(db: Db): {
  ofExtension(who: Who, each?: boolean): Usage;
  money(who: Who, usage: Usage): Money;
} {
  const statements = (each: boolean) => ({
    lately: db.prepare(lately(each)),
    used: db.prepare(used(each)),
    open: db.prepare(open(each)),
  });
  const [plain, ofEach] = [statements(false), statements(true)];
  const ownCall = db.prepare('SELECT at, scope FROM calls WHERE id = ? AND counted = 1');
  const ofExtension = ({ site, ext, at, own }: Who, each = true): Usage => {
    const since = at - DAY;
    const hour = hourOf(since);
    const read = each ? ofEach : plain;
    const recent = read.lately.get({
      site,
      ext,
      hour: at - HOUR,
      hourOn: at + HOUR,
      minute: at - MINUTE,
      minuteOn: at + MINUTE,
    }) as Row;
    const past = read.used.get({ site, ext, since, hour, whole: (hour + 1) * HOUR }) as Row;
    const now = read.open.get({ site, ext, at, since }) as Row;
    const mine = own === 0 ? undefined : (ownCall.get(own) as { at: number; scope: number } | undefined);
    const others = (calls: Scoped, window: number) => (mine && mine.at > at - window ? less(calls, mine.scope) : calls);
    return {
      calls_per_minute: others(pick(recent, 'minute'), MINUTE),
      calls_per_hour: others(pick(recent, 'hour'), HOUR),
      calls_per_day: others(pick(past, 'calls'), DAY),
      concurrent: pick(now, 'calls'),
      minutes_per_day: add(pick(now, 'seconds'), pick(past, 'seconds'), 60),
      money_per_day: add(pick(now, 'money'), pick(past, 'money')),
    };
  };
  return { ofExtension, money: moneyReader(db) };
}

/** One call of a scope less. */
const less = ({ all, international, elevated }: Scoped, scope: number): Scoped => ({
  all: all - 1,
  international: international - (scope & INTERNATIONAL ? 1 : 0),
  elevated: elevated - (scope & ELEVATED ? 1 : 0),
});

function moneyReader(db: Db): (who: Who, usage: Usage) => Money {
  // Of the whole site only the calls that cost money: their number is bounded by the ceiling, that of the others is not.
  const open = db.prepare(
    `SELECT COALESCE(SUM(reserved), 0) AS reserved, COUNT(*) FILTER (WHERE expires_at > @at) AS calls
     FROM leases INDEXED BY leases_money
     WHERE closed_at IS NULL AND money = 1 AND site = @site AND expires_at >= @since`,
  );
  const ofBlock = db
    .prepare(
      `SELECT COALESCE(SUM(charged), 0) + (SELECT COALESCE(SUM(reserved), 0) FROM leases INDEXED BY leases_open
         WHERE closed_at IS NULL AND site = @site AND ext = @ext AND block = @block AND expires_at >= @since)
       FROM leases INDEXED BY leases_block
       WHERE closed_at IS NOT NULL AND charged > 0 AND site = @site AND ext = @ext AND block = @block AND closed_at >= @since`,
    )
    .pluck();
  const siteSpent = siteSpentReader(db);
  return ({ site, ext, at, block }, { money_per_day }) => {
    const since = at - DAY;
    const whole = open.get({ site, at, since }) as { reserved: Micros; calls: number };
    return {
      moneyCalls: whole.calls,
      spent: { extension: money_per_day.all, site: whole.reserved + siteSpent(site, since) },
      blockSpent: block === '' ? 0 : (ofBlock.get({ site, ext, block, since }) as Micros),
    };
  };
}

/** Reads what a site was charged since a moment, exact to the millisecond: whole hours, and the calls of the broken one. */
function siteSpentReader(db: Db): (site: string, since: number) => Micros {
  const whole = db.prepare('SELECT COALESCE(SUM(charged), 0) FROM spent_hours WHERE site = ? AND hour > ?').pluck();
  const broken = db
    .prepare(
      `SELECT COALESCE(SUM(charged), 0) FROM leases
       WHERE closed_at IS NOT NULL AND charged > 0 AND site = ? AND closed_at >= ? AND closed_at < ?`,
    )
    .pluck();
  return (site, since) => {
    const hour = hourOf(since);
    return (whole.get(site, hour) as number) + (broken.get(site, since, (hour + 1) * HOUR) as number);
  };
}
