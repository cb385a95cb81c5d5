/** Wall time at a site. */
export interface LocalTime {
  /** `2026-11-22` */
  day: string;
  /** 0 Sunday to 6 Saturday. */
  weekday: number;
  /** Minutes since midnight. */
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

const MINUTE = 60_000;
/** No zone changes its clocks but on a quarter of an hour. */
const QUARTER = 15 * MINUTE;
/** Quarters kept of a zone: ten years of them. */
const MOST = 400_000;
const offsets = new Map<string, Map<number, number>>();

/** Milliseconds that the wall clock of an IANA zone is ahead of UTC at `at` (milliseconds since 1970). Throws RangeError for an unknown zone. */
export function offsetAt(at: number, timeZone: string): number {
  const known = offsets.get(timeZone) ?? new Map<number, number>();
  offsets.set(timeZone, known);
  const quarter = Math.floor(at / QUARTER);
  const kept = known.get(quarter);
  if (kept !== undefined) return kept;
  if (known.size >= MOST) known.clear();
  const offset = read(quarter * QUARTER, timeZone) - quarter * QUARTER;
  known.set(quarter, offset);
  return offset;
}

const latest = new Map<string, { minute: number; time: LocalTime }>();

/** Wall time at `at` (milliseconds since 1970, UTC) in an IANA time zone. Throws RangeError for an unknown zone. */
export function localTime(at: number, timeZone: string): LocalTime {
  const minute = Math.floor(at / MINUTE);
  const last = latest.get(timeZone);
  if (last?.minute === minute) return last.time;
  const wall = new Date(at + offsetAt(at, timeZone));
  const time = {
    day: wall.toISOString().slice(0, 10),
    weekday: wall.getUTCDay(),
    minute: wall.getUTCHours() * 60 + wall.getUTCMinutes(),
  };
  latest.set(timeZone, { minute, time });
  return time;
}

/** What the wall clock shows, as if it were UTC. */
function read(at: number, timeZone: string): number {
  const part: Record<string, string> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) part[type] = value;
  return Date.parse(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:00Z`);
}
