import { openCountryFile } from '../geo/country-file.ts';
import * as lists from '../store/sqlite/network-lists.ts';
import type { Finding } from './doctor.ts';
import type { State } from './state.ts';

const DAY = 86_400_000;
/** Address blocks change hands; providers of such files publish weekly or monthly. */
const OLD_DAYS = 180;

function geoCheck({ config }: State, now: number): Finding {
  const check = 'countries of phones';
  const { file } = config.geo;
  if (file === null)
    return { check, state: 'ok', text: 'off: with [geo] file = "....mmdb" calls from a new country are questioned' };
  try {
    const { type, built } = openCountryFile(file);
    const days = Math.floor((now - built) / DAY);
    const text = `${type} of ${new Date(built).toISOString().slice(0, 10)}`;
    if (days <= OLD_DAYS) return { check, state: 'ok', text };
    return { check, state: 'warn', text: `${text}: get a newer one, then systemctl reload dialwarden` };
  } catch (error) {
    return { check, state: 'fail', text: `${(error as Error).message}; the guard goes on without` };
  }
}

function listChecks({ db }: State, now: number): Finding[] {
  return lists.list(db).map(({ name, ranges, until }): Finding => {
    const check = `denied list ${name}`;
    if (until === null || until > now) return { check, state: 'ok', text: `${ranges} ranges` };
    const day = new Date(until).toISOString().slice(0, 10);
    return {
      check,
      state: 'warn',
      text: `denies nobody since ${day}: import the newest, or dialwarden networks remove ${name}`,
    };
  });
}

/** Where phones call from: whether countries are known, and lists in force. */
export const networkChecks = (state: State, now: number): Finding[] => [
  geoCheck(state, now),
  ...listChecks(state, now),
];
