import type { Outcome } from '../../guard/outcome.ts';
import { setVariable } from './commands.ts';

/**
 * The commands that tell the dialplan an outcome. DW_VERDICT comes last, so that nothing between can leave an `allow`
 * without its cap. `unavailable` is said too: it must not inherit the `allow` of an earlier question.
 */
export function verdictVariables(outcome: Outcome): string[] {
  return [
    setVariable('DW_REASON', outcome.reason),
    setVariable('DW_INCIDENT', outcome.incident === null ? '' : String(outcome.incident)),
    setVariable('DW_MAX_SECONDS', outcome.maxSeconds === null ? '' : String(outcome.maxSeconds)),
    setVariable('DW_E164', outcome.e164),
    setVariable('DW_VERDICT', outcome.action === 'warn' ? 'block' : outcome.action),
  ];
}

/** What a peer is told whose request could not be understood, or whose caller is gone: never left to a fallback. */
export const strictVerdict = (reason: string): string[] => [
  setVariable('DW_VERDICT', 'block'),
  setVariable('DW_REASON', reason),
];
