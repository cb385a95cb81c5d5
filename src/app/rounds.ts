import { startCutting } from '../guard/cut.ts';
import type { Guard } from '../guard/guard.ts';
import { startReconciling } from '../guard/reconcile.ts';
import { startRetention } from '../guard/retention.ts';
import { blockedCalls } from '../store/sqlite/cuts.ts';
import { pruner } from '../store/sqlite/prune.ts';
import { startBackups } from './backups.ts';
import { startIntrusionWatch } from './intrusion.ts';
import { liveCalls } from './live-calls.ts';
import { outboundCalls } from './outbound-calls.ts';
import { watchSilences } from './silences.ts';
import type { Wiring } from './wiring.ts';

const SWEEP_MS = 5_000;

/** Starts all that goes on beside the calls: sweeping, copies, the management connections and who watches over them, pruning. */
export function startRounds(wiring: Wiring, guard: Guard): void {
  const { config, file, ledger, now, log, closers } = wiring;
  const sweeping = setInterval(() => void guard.sweep(), SWEEP_MS);
  closers.push(() => clearInterval(sweeping));
  closers.push(startBackups({ file, ledger, now: Date.now, log }));
  const intrusion = startIntrusionWatch(ledger.db, ledger, config, log);
  closers.push(intrusion.stop);
  const outbound = outboundCalls(config);
  const live = liveCalls(config(), guard, outbound, intrusion, log);
  for (const calls of live) closers.push(startReconciling(calls, ledger, now, log));
  const blocked = blockedCalls(ledger.db, () => config().settings.mode);
  closers.push(startCutting(blocked, live, now, log));
  closers.push(watchSilences(wiring, outbound));
  closers.push(startRetention({ retention: pruner(ledger.db), keepDays: () => config().keepDays, now, log }));
}
