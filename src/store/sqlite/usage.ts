import type { Usage } from '../../core/limits.ts';
import type { Micros } from '../../core/money.ts';
import type { Db } from './database.ts';

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
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

/** The columns of one aggregate: of all calls, and for calls that cost money of each scope. */
const scoped = (each: boolean, sum: (where: string) => string, also = 'TRUE') => {
  const column = (where: string) => `COALESCE(${sum(`${also}${where}`)}, 0)`;
  const all = [column('')];
  if (each) all.push(column(` AND scope & ${INTERNATIONAL}`), column(` AND scope & ${ELEVATED}`));
  return all.join(', ');
};
const total = (what: string) => (where: string) => `SUM(${what})${where === 'TRUE' ? '' : ` FILTER (WHERE ${where})`}`;

const add = (a: Scoped, b: Scoped, unit = 1): Scoped => ({
  all: (a.all + b.all) / unit,
  international: (a.international + b.international) / unit,
  elevated: (a.elevated + b.elevated) / unit,
});

/** Hours since 1970, UTC. */
export const hourOf = (at: number): number => Math.floor(at / HOUR);

// Numbers come to SQLite as floating point, and whole hours need whole numbers.
const AT = 'CAST(@at AS INTEGER)';
const SINCE = `(${AT} - ${DAY})`;
const BROKEN = `(${SINCE} / ${HOUR})`;

/** Calls of the last hour and minute. A clock that was put back leaves calls in the future: those soon to come count too. */
const lately = (each: boolean) =>
  `SELECT ${scoped(each, total('1'))},
    ${scoped(each, total('1'), `at > ${AT} - ${MINUTE} AND at <= ${AT} + ${MINUTE}`)}
  FROM uses WHERE site = @site AND ext = @ext AND ended = 0 AND at > ${AT} - ${HOUR} AND at <= ${AT} + ${HOUR}`;

/**
 * Calls, seconds and charges of a day, exact to the millisecond: whole hours, and the calls of the broken one before them;
 * triggers keep both.
 */
const used = (each: boolean) =>
  `SELECT ${scoped(each, total('calls'))}, ${scoped(each, total('seconds'))}, ${scoped(each, total('charged'))}
  FROM (
    SELECT scope, calls, seconds, charged FROM used_hours WHERE site = @site AND ext = @ext AND hour > ${BROKEN}
    UNION ALL SELECT scope, 1, 0, 0 FROM uses
    WHERE site = @site AND ext = @ext AND ended = 0 AND at > ${SINCE} AND at < (${BROKEN} + 1) * ${HOUR}
    UNION ALL SELECT scope, 0, seconds, charged FROM uses
    WHERE site = @site AND ext = @ext AND ended = 1 AND at >= ${SINCE} AND at < (${BROKEN} + 1) * ${HOUR})`;

/** Open calls, and the seconds and money they hold. */
const open = (each: boolean) =>
  `SELECT ${scoped(each, total('1'), `expires_at > ${AT}`)},
    ${scoped(each, total(`COALESCE(max_seconds, MAX(0, (${AT} - opened_at) / 1000))`))}, ${scoped(each, total('reserved'))}
  FROM leases INDEXED BY leases_open
  WHERE closed_at IS NULL AND site = @site AND ext = @ext AND expires_at >= ${SINCE}`;

/** What the columns of the three are, in their order. */
const COLUMNS = ['hour', 'minute', 'calls', 'seconds', 'charged', 'open', 'openSeconds', 'reserved'] as const;

/**
 * Every call waits for these three: they are one statement, and its row comes bare. To ask thrice and to name each column
 * took longer than the search itself.
 */
function dayReader(db: Db, each: boolean): (who: Who) => (name: (typeof COLUMNS)[number]) => Scoped {
  const read = db.prepare(`SELECT * FROM (${lately(each)}), (${used(each)}), (${open(each)})`).raw();
  const scopes = each ? 3 : 1;
  return ({ site, ext, at }) => {
    const row = read.get({ site, ext, at }) as number[];
    return (name) => {
      const from = COLUMNS.indexOf(name) * scopes;
      return each
        ? { all: row[from]!, international: row[from + 1]!, elevated: row[from + 2]! }
        : { all: row[from]!, international: 0, elevated: 0 };
    };
  };
}

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
  const [plain, ofEach] = [dayReader(db, false), dayReader(db, true)];
  const ownCall = db.prepare('SELECT at, scope FROM calls WHERE id = ? AND counted = 1');
  const ofExtension = (who: Who, each = true): Usage => {
    const of = (each ? ofEach : plain)(who);
    const mine = who.own === 0 ? undefined : (ownCall.get(who.own) as { at: number; scope: number } | undefined);
    const others = (calls: Scoped, window: number) =>
      mine && mine.at > who.at - window ? less(calls, mine.scope) : calls;
    return {
      calls_per_minute: others(of('minute'), MINUTE),
      calls_per_hour: others(of('hour'), HOUR),
      calls_per_day: others(of('calls'), DAY),
      concurrent: of('open'),
      minutes_per_day: add(of('openSeconds'), of('seconds'), 60),
      money_per_day: add(of('reserved'), of('charged')),
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
