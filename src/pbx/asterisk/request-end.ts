import type { CallEnd } from '../../core/attempt.ts';
import { BadRequest, namedArguments } from './arguments.ts';
import type { Environment } from './environment.ts';

const NAMES = ['call', 'billsec', 'answered', 'cause', 'disposition', 'trunk', 'e164', 'leg', 'key'] as const;

/** Asterisk's AST_CHANNEL_NAME. */
const LONGEST_NAME = 80;

/** A whole number from 0 on; null for anything else (Asterisk leaves what it does not know empty). */
const count = (text: string | undefined): number | null => (/^\d{1,9}$/.test(text ?? '') ? Number(text) : null);

/** CDR(disposition) says ANSWERED, DIALSTATUS says ANSWER; all their other words are a call that was not. */
function wasAnswered(disposition: string | undefined, seconds: number[]): boolean | null {
  if (seconds.some((s) => s > 0)) return true;
  if (!disposition) return null;
  return /^ANSWER(ED)?$/i.test(disposition);
}

/**
 * Reads `agi://HOST/end,call=...`. `billsec` is CDR(billsec) and `answered` ANSWEREDTIME, both seconds; `cause` is Q.850;
 * `leg` is the name of the trunk's channel; `trunk` is `up` while that lives, else `gone` or left out. Throws BadRequest.
 */
export function readEnd({ args }: Environment, now: number): CallEnd {
  const named = namedArguments(args, NAMES);
  if (!named.call) throw new BadRequest('no call= in an end');
  if (named.trunk && named.trunk !== 'up' && named.trunk !== 'gone')
    throw new BadRequest('trunk= is neither up nor gone');
  const seconds = [count(named.billsec), count(named.answered)].filter((s) => s !== null);
  return {
    pbx: 'asterisk',
    uniqueid: named.call,
    at: now,
    e164: /^\+\d{1,15}$/.test(named.e164 ?? '') ? named.e164! : null,
    ...(named.leg && { leg: named.leg.slice(0, LONGEST_NAME) }),
    seconds,
    answered: wasAnswered(named.disposition, seconds),
    cause: count(named.cause),
    trunkUp: named.trunk === 'up',
  };
}
