import type { Config } from '../config/load.ts';
import type { Log } from '../guard/log.ts';
import type { SqliteLedger } from '../store/sqlite/ledger.ts';

/** What stops something that was started; the last one started is stopped first. */
export type Closer = () => unknown;

/** What everything that is started needs. */
export interface Wiring {
  /** As it is now; a reload replaces it. */
  config: () => Config;
  /** The database file. */
  file: string;
  ledger: SqliteLedger;
  /** The time that calls are judged by, in milliseconds since 1970. */
  now: () => number;
  log: Log;
  closers: Closer[];
}
