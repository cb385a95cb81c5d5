import type { CallEnd } from '../../core/attempt.ts';
import type { Policy } from '../../core/policy.ts';
import type { Log } from '../../guard/log.ts';
import type { Ledger, Recorded } from '../../guard/ports.ts';
import { admitter } from './admissions.ts';
import { answerRecorder } from './answers.ts';
import { openBatch } from './batch.ts';
import { tollBlocker } from './blocks.ts';
import { startCheckpoints } from './checkpoints.ts';
import { type Db, noSync, openFile, unavailable, walSync } from './database.ts';
import { deckMemory } from './deck-memory.ts';
import { earlyEnds, endReader } from './ends.ts';
import { factsReader, type Sources } from './facts.ts';
import { hourKeeper } from './hours.ts';
import { incidentWriter } from './incident-writer.ts';
import { byWallTime, type LeaseRow, leaseBook } from './leases.ts';
import { misdialLearner } from './misdials.ts';
import { phoneKeeper } from './phones.ts';
import { callWriter } from './record.ts';
import { reporter } from './reports.ts';
import { SCRATCH, scratchBatch } from './scratch.ts';
import { spokenWriter } from './spoken.ts';

/** A question nobody answered is refused after this. */
const UNANSWERED_MS = 5 * 60_000;

export interface LedgerOptions {
  /** The database file; `:memory:` for none on disk; SCRATCH for one that nobody reads afterwards: nothing is committed. */
  file: string;
  /** The policy of any site's name, also of one that the configuration no longer has. */
  policies: (site: string) => Policy;
  /** The configured mode; `settings.observe_until` can soften it for a time. */
  mode?: () => 'enforce' | 'observe';
  rateLookup?: Sources['rateLookup'];
  countryOf?: Sources['countryOf'];
  /** Keep the active rate deck in memory, as a trie that a worker builds. */
  decksInMemory?: boolean;
  /** Write the write-ahead log back beside the event loop. */
  checkpoints?: boolean;
  clock?: () => number;
  /** Only `preview` and `open` work then; the file has to exist. */
  readonly?: boolean;
  log?: Pick<Log, 'info' | 'warn'>;
}

/** The ledger in SQLite; `db` is for the functions of the other files here. */
export interface SqliteLedger extends Ledger {
  readonly db: Db;
}

/** Opens the ledger and brings its file up to date. Throws an Error that tells the administrator what to do. */
export function openLedger(options: LedgerOptions): SqliteLedger {
  const { file, policies, mode = () => 'enforce', clock = Date.now, readonly = false, log } = options;
  const db = openFile(file, { create: !readonly, readonly, now: clock(), ...(log && { log }) });
  // Nobody hears a question of an earlier run any more.
  if (!readonly) db.exec("UPDATE calls SET state = 'refused' WHERE state = 'asking'");
  const sync = readonly ? noSync : walSync(db);
  const stopCheckpoints = options.checkpoints ? startCheckpoints(db, log) : () => {};
  const batch = file === SCRATCH ? scratchBatch(db) : openBatch(db, sync);
  const calls = callWriter(db);
  const leases = leaseBook(db, policies);
  const incidents = incidentWriter(db);
  const marks = earlyEnds(db);
  const decks = options.decksInMemory ? deckMemory(db, file, log) : null;
  const { countryOf = () => null } = options;
  const read = factsReader(db, { policies, mode, rateLookup: options.rateLookup ?? decks?.lookup, countryOf });
  const impose = tollBlocker(db);
  const misdials = misdialLearner(db);
  const keepHour = hourKeeper(db, (site) => policies(site).timezone);
  const keepPhone = phoneKeeper(db, policies, countryOf);
  const spoke = spokenWriter(db);
  const parts = { calls, impose, misdials, leases, incidents, marks, read, policies, keepPhone, spoke };
  const { admit, preview } = admitter({ ...parts, keepHour });
  const answered = answerRecorder(db, parts);
  const tell = reporter(db);
  const ended = endReader(db, { leases, marks, misdials, report: tell.report });
  const refuseUnanswered = db.prepare(
    "UPDATE calls INDEXED BY calls_asking SET state = 'refused' WHERE state = 'asking' AND at < ?",
  );
  /** Of each PBX: leases whose channel its last list did not hold. */
  const missing = new Map<string, Set<number>>();

  function reconcile(pbx: string, live: ReadonlySet<string>, asked: number): { closed: number; absent: Set<number> } {
    const absent = (row: LeaseRow) => row.pbx === pbx && row.opened_at < asked && !live.has(row.uniqueid);
    const open = leases.allOpen().filter(absent);
    const gone = open.filter((row) => missing.get(pbx)?.has(row.id));
    // Nobody said whether it was answered: it is charged as if, and not counted among the answered calls of the site.
    for (const row of gone) leases.settle(row, { ...byWallTime(row, asked), at: asked, answered: false });
    return { closed: gone.length, absent: new Set(open.map((row) => row.id)) };
  }

  return {
    db,
    admit: (attempt, decide) => batch.run(() => admit(attempt, decide), guardsMoney),
    answered: (call, attempt, answer, decide) => batch.run(() => answered(call, attempt, answer, decide), guardsMoney),
    callEnded: (end: CallEnd) => batch.run(() => ended(end)),
    preview: (attempt, decide) => reading(() => db.transaction(() => preview(attempt, decide))()),
    sweep: (now) =>
      batch.run(() => {
        refuseUnanswered.run(now - UNANSWERED_MS);
        marks.tidy(now);
        return leases.expire(now);
      }),
    async reconcile(pbx, live, asked) {
      const { closed, absent } = await batch.run(() => reconcile(pbx, live, asked));
      missing.set(pbx, absent);
      return closed;
    },
    report: (report) => batch.run(() => tell.report(report)),
    over: (report) => batch.run(() => tell.over(report)),
    open: () =>
      leases.allOpen().map(({ call, pbx, uniqueid, site, ext, opened_at }) => {
        return { call, pbx, uniqueid, site, ext: ext === '' ? null : ext, since: opened_at };
      }),
    close() {
      decks?.close();
      stopCheckpoints();
      batch.close();
      sync.close();
      db.close();
    },
  };
}

/** What must not be lost in a power cut: reserved money, and everything that was warned or blocked. */
const guardsMoney = ({ decision }: Recorded): boolean =>
  decision.verdict.action !== 'allow' || decision.lease?.money === true;

async function reading<T>(work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    throw unavailable(error) ?? error;
  }
}
