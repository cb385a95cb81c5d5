import { LedgerUnavailable } from '../../guard/ports.ts';
import { BUSY_MS, type Db, type Sync, unavailable } from './database.ts';

/** Most jobs in one transaction, so that none waits long and other programs get their turn. */
const BATCH_MAX = 64;

interface Job {
  work: () => unknown;
  durable: (result: unknown) => boolean;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/** How to tell a job's owner after the commit, and whether that needs the disk. */
interface Done {
  job: Job;
  settle: () => void;
  durable: boolean;
}

export interface Batch {
  /**
   * Runs `work` in a transaction shared with other jobs, and settles after its commit; where `durable` says so, after the
   * commit is safe from a power cut. What `work` throws undoes that job alone: it may run twice, so what it changes outside
   * the database must bear that. Rejects with LedgerUnavailable when the store fails.
   */
  run<T>(work: () => T, durable?: (result: T) => boolean): Promise<T>;
  /** Runs what waits, now. */
  flush(): void;
  /** Flushes; later jobs are refused. */
  close(): void;
}

function settle(done: Done[]): void {
  for (const d of done) d.settle();
}

export function openBatch(db: Db, sync: Sync): Batch {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const end = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const savepoint = db.prepare('SAVEPOINT job');
  const release = db.prepare('RELEASE job');
  const undo = db.prepare('ROLLBACK TO job');
  const queue: Job[] = [];
  let refusal: LedgerUnavailable | null = null;
  let refuseUntil = 0;

  function perform(job: Job): Done {
    const result = job.work();
    return { job, settle: () => job.resolve(result as never), durable: job.durable(result) };
  }

  /** Runs one job in a savepoint of its own. */
  function apart(job: Job): Done {
    savepoint.run();
    try {
      const done = perform(job);
      release.run();
      return done;
    } catch (error) {
      if (unavailable(error)) throw error;
      undo.run();
      release.run();
      return { job, settle: () => job.reject(error), durable: false };
    }
  }

  /** Runs jobs in the open transaction. Savepoints, in which every changed page is copied, come only where a job threw. */
  function performAll(jobs: Job[]): Done[] {
    try {
      return jobs.map(perform);
    } catch (error) {
      if (unavailable(error)) throw error;
      rollback.run();
      begin.run();
      return jobs.map(apart);
    }
  }

  function commit(jobs: Job[]): void {
    try {
      begin.run();
      const done = performAll(jobs);
      end.run();
      const durable = done.filter((d) => d.durable);
      const flushed = durable.length > 0 ? sync() : null;
      settle(flushed ? done.filter((d) => !d.durable) : done);
      const waiting = durable.map(({ job }) => job);
      flushed?.then(() => settle(durable)).catch((error) => fail(error, waiting));
    } catch (error) {
      if (db.inTransaction) rollback.run();
      fail(error, jobs);
    }
  }

  function fail(error: unknown, jobs: Job[]): void {
    const failure = unavailable(error) ?? new LedgerUnavailable('the ledger failed', { cause: error });
    // One call has already waited for the lock: the next ones do not queue behind it.
    refusal = failure;
    refuseUntil = performance.now() + BUSY_MS;
    for (const job of jobs) job.reject(failure);
  }

  function next(): void {
    const jobs = queue.splice(0, BATCH_MAX);
    if (performance.now() < refuseUntil) for (const job of jobs) job.reject(refusal);
    else if (jobs.length > 0) commit(jobs);
  }

  let gathered = 0;

  /** Commits once a turn of the event loop has brought no more jobs: a commit costs nearly as much for one as for many. */
  function turn(): void {
    if (queue.length === gathered || queue.length >= BATCH_MAX) next();
    gathered = queue.length;
    if (queue.length > 0) setImmediate(turn);
  }

  function flush(): void {
    while (queue.length > 0) next();
  }

  return {
    run: <T>(work: () => T, durable: (result: T) => boolean = () => false) =>
      new Promise<T>((resolve, reject) => {
        if (performance.now() < refuseUntil) return reject(refusal);
        if (queue.length === 0) setImmediate(turn);
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
