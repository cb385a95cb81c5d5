import { isNew } from '../known.ts';
import { type Rule, whither } from './rule.ts';

/** Stopped calls of a week from which somebody has to look. Of people, one a week is stopped or hangs up at a question. */
const STOPPED_A_WEEK = 6;

/** One stop after another, too few a day to be insisting: patience is no proof of honesty. */
export const persisting: Rule = (attempt, facts, policy) =>
  facts.stoppedWeek >= STOPPED_A_WEEK && !facts.machine && isNew(attempt, facts, policy)
    ? {
        family: 'pattern',
        action: 'allow',
        code: 'persisting',
        text: `${whither(attempt)} is new, after ${facts.stoppedWeek} calls of this extension that were stopped in a week`,
        evidence: { week: facts.stoppedWeek },
        incident: { kind: 'pattern', severity: 'warning' },
      }
    : null;
