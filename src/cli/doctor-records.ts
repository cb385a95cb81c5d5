import { outboundRecords } from '../app/records.ts';
import type { Config } from '../config/load.ts';
import { askedReader } from '../store/sqlite/calls.ts';
import { DAY } from '../store/sqlite/usage.ts';
import type { Finding } from './doctor.ts';
import type { State } from './state.ts';

/** How much of the records is looked at. */
const BACK = 512 * 1024;
const HOUR = 3_600_000;

/** Whether calls of the last 23 hours stand in Asterisk's records that the guard was never asked about. */
export async function recordsCheck({ db, config }: State, now: number): Promise<Finding[]> {
  const check = 'calls past the guard';
  const calls = await outboundRecords(() => config, BACK)().catch((error: Error) => error);
  if (calls instanceof Error) return [{ check, state: 'warn', text: `the records cannot be read: ${calls.message}` }];
  if (calls === null) return [withoutRecords(config)];
  const asked = askedReader(db);
  const recent = calls.filter((call) => call.answered && call.at > now - DAY + HOUR);
  const missed = recent.filter((call) => !asked(call, now));
  if (missed.length === 0) return [{ check, state: 'ok', text: `none of ${recent.length} recorded calls` }];
  const { ext, dialled } = missed.at(-1)!;
  const last = `the last was extension ${ext} to ${dialled}`;
  const text = `${missed.length} of ${recent.length} recorded calls had no verdict, ${last}: a path of the dialplan does not ask`;
  return [{ check, state: 'fail', text }];
}

/** Then the running guard looks at what the management connection sees. */
function withoutRecords({ ami, freeswitch, cdrFile }: Config): Finding {
  const check = 'calls past the guard';
  const seen = [ami && 'AMI', freeswitch && 'the event socket'].filter(Boolean).join(' and ');
  if (seen) return { check, state: 'ok', text: `answered calls are seen over ${seen}; there is no ${cdrFile}` };
  const text = `not noticed: there is no ${cdrFile} ([guard] cdr_file), and neither [ami] nor [esl] is filled in`;
  return { check, state: 'warn', text };
}
