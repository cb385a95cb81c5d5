import { outboundRecords } from '../records.ts';
import { askedReader } from '../store/sqlite/calls.ts';
import { DAY } from '../store/sqlite/usage.ts';
import type { Finding } from './doctor.ts';
import type { State } from './state.ts';

/** How much of the records is looked at. */
const BACK = 512 * 1024;
const HOUR = 3_600_000;

/** Whether Asterisk has recorded calls of the last 23 hours that the guard was never asked about; nothing where it is not. */
export async function recordsCheck({ db, config }: State, now: number): Promise<Finding[]> {
  const check = 'calls past the guard';
  const read = outboundRecords(() => config, BACK);
  if (!read) {
    const text = `there is no ${config.cdrFile}: set [guard] cdr_file, or calls past the guard are not noticed`;
    return config.ami === null ? [] : [{ check, state: 'warn', text }];
  }
  const asked = askedReader(db);
  const calls = await read().catch((error: Error) => error);
  if (calls instanceof Error) return [{ check, state: 'warn', text: `the records cannot be read: ${calls.message}` }];
  const recent = calls.filter((call) => call.answered && call.at > now - DAY + HOUR);
  const missed = recent.filter((call) => !asked(call, now));
  if (missed.length === 0) return [{ check, state: 'ok', text: `none of ${recent.length} recorded calls` }];
  const { ext, dialled } = missed.at(-1)!;
  const last = `the last was extension ${ext} to ${dialled}`;
  const text = `${missed.length} of ${recent.length} recorded calls had no verdict, ${last}: a path of the dialplan does not ask`;
  return [{ check, state: 'fail', text }];
}
