import { LedgerUnavailable } from '../../guard/ports.ts';
import { BUSY_MS, type Db, type Sync, unavailable } from './database.ts';

/** Most jobs in one transaction, so that none waits long and other programs get their turn. */
const BATCH_MAX = 64;
/** Under load, how long a transaction waits for more jobs: a commit costs as much for many as for one. */
const GATHER_MS = 2;

interface Job {
  work: () => unknown;
  durable: (result: unknown) => boolean;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

export interface Batch {
  /**
   * Runs `work` in a transaction shared with the other jobs of this turn of the event loop, and settles after its commit;
   * where `durable` says so, after the commit is safe from a power cut. What `work` throws undoes that job alone.
   * Rejects with LedgerUnavailable when the store fails.
   */
  run<T>(work: () => T, durable?: (result: T) => boolean): Promise<T>;
  /** Runs what waits, now. */
  flush(): void;
  /** Flushes; later jobs are refused. */
  close(): void;
}

export function openBatch(db: Db, sync: Sync): Batch {
  const statements = Object.fromEntries(
    ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK', 'SAVEPOINT job', 'RELEASE job', 'ROLLBACK TO job'].map((sql) => [
      sql,
      db.prepare(sql),
    ]),
  );
  const run = (sql: string) => statements[sql]!.run();
  const queue: Job[] = [];
  let refusal: LedgerUnavailable | null = null;
  let refuseUntil = 0;

  /** Runs one job in a savepoint. Returns how to tell its owner after the commit, and whether that needs the disk. */
  function attempt(job: Job): { settle: () => void; durable: boolean } {
    run('SAVEPOINT job');
    try {
      const result = job.work();
      run('RELEASE job');
      return { settle: () => job.resolve(result as never), durable: job.durable(result) };
    } catch (error) {
      if (unavailable(error)) throw error;
      run('ROLLBACK TO job');
      run('RELEASE job');
      return { settle: () => job.reject(error), durable: false };
    }
  }

  function commit(jobs: Job[]): void {
    try {
      run('BEGIN IMMEDIATE');
      const done = jobs.map(attempt);
      run('COMMIT');
      if (done.some((d) => d.durable)) sync();
      for (const { settle } of done) settle();
    } catch (error) {
      if (db.inTransaction) run('ROLLBACK');
      const failure = unavailable(error) ?? new LedgerUnavailable('the ledger failed', { cause: error });
      // One call has already waited for the lock: the next ones do not queue behind it.
      refusal = failure;
      refuseUntil = performance.now() + BUSY_MS;
      for (const job of jobs) job.reject(failure);
    }
  }

  let loaded = false;

  function next(): void {
    const jobs = queue.splice(0, BATCH_MAX);
    loaded = jobs.length > 1;
    if (performance.now() < refuseUntil) for (const job of jobs) job.reject(refusal);
    else if (jobs.length > 0) commit(jobs);
  }

  function turn(): void {
    next();
    if (queue.length > 0) setImmediate(turn);
  }

  /** One call alone is answered at once; where the last transaction held several, the next waits for company. */
  const schedule = (): unknown => (loaded ? setTimeout(turn, GATHER_MS) : setImmediate(turn));

  function flush(): void {
    while (queue.length > 0) next();
  }

  return {
    run: <T>(work: () => T, durable: (result: T) => boolean = () => false) =>
      new Promise<T>((resolve, reject) => {
        if (performance.now() < refuseUntil) return reject(refusal);
        if (queue.length === 0) schedule();
        queue.push({ work, durable: durable as Job['durable'], resolve: resolve as Job['resolve'], reject });
      }),
    flush,
    close: () => {
      flush();
      refusal = new LedgerUnavailable('the ledger is closed');
      refuseUntil = Number.POSITIVE_INFINITY;
    },
  };
}
