import { verifyChain } from '../store/sqlite/incident-log.ts';
import { list } from '../store/sqlite/outbox-list.ts';
import type { Finding } from './doctor.ts';
import type { State } from './state.ts';

const LATE_MS = 10 * 60_000;

/** Whether incidents reach somebody, and whether their log is as it was written. */
export function notifyChecks({ db, config }: State, now: number): Finding[] {
  return [outboxFinding({ db, config }, now), logFinding(db)];
}

function outboxFinding({ db, config }: Pick<State, 'db' | 'config'>, now: number): Finding {
  const check = 'notifications';
  const ways = (['smtp', 'webhook', 'syslog'] as const).filter((way) => config.notify[way] !== null);
  if (ways.length === 0) {
    return { check, state: 'warn', text: 'nobody is told of incidents: set [smtp], [webhook] or [syslog]' };
  }
  const late = list(db).filter((d) => d.state !== 'gathering' && d.at < now - LATE_MS);
  if (late.length === 0) return { check, state: 'ok', text: ways.join(', ') };
  const why = late.at(-1)!.error || 'the guard does not send them';
  return {
    check,
    state: 'fail',
    text: `${late.length} wait for more than ten minutes (${why}): see \`dialwarden outbox\``,
  };
}

function logFinding(db: State['db']): Finding {
  const check = 'log of incidents';
  const { lines, broken } = verifyChain(db);
  if (broken === null) return { check, state: 'ok', text: `${lines} lines, all as they were written` };
  return { check, state: 'fail', text: `line ${broken} was changed after it was written` };
}
