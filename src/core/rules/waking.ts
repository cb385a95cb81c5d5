import { isWaking } from '../habit.ts';
import { goesOn, isNew } from '../known.ts';
import { isElevated } from '../spend.ts';
import { type Rule, whither } from './rule.ts';

/** An extension that hardly ever calls, at a time when nobody works, to a range where fraud goes: stolen and sold on. */
export const waking: Rule = (attempt, facts, policy) =>
  goesOn(facts) &&
  isElevated(attempt.destination) &&
  isWaking(facts.habit, facts.local, policy.businessHours) &&
  isNew(attempt, facts, policy)
    ? {
        family: 'pattern',
        action: 'allow',
        code: 'waking',
        text: `Extension ${attempt.ext ?? '(none)'}, which hardly ever calls, calls ${whither(attempt)} outside business hours`,
        evidence: { hours_active: facts.habit.active, weekday: facts.local.weekday, minute: facts.local.minute },
        incident: { kind: 'pattern', severity: 'warning' },
      }
    : null;
