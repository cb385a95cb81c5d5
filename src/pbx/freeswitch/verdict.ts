import { unescape as decode } from 'node:querystring';
import type { DialAttempt } from '../../core/attempt.ts';
import type { Outcome } from '../../guard/outcome.ts';
import { type App, exported, onLegs, reject, set, setAll } from './apps.ts';

/** What the trunk's leg carries in `dw_leg`, so that its end, and who pays if it is transferred, outlive the caller. */
export interface Leg {
  /** The asking channel's unique id. */
  call: string;
  /** With its `+`; empty where the destination has none. */
  e164: string;
  /** Who pays for whatever that leg dials after a transfer; empty when nobody was found. */
  payer: string;
  realm: string;
  /** Whose telephone dialled it, or transferred what dialled it, and pays first; empty when none did or it is `payer`. */
  endpoint: string;
}

/**
 * As in quoted-printable (RFC 2045), since `%` and much else does not go into an application's argument: whoever originates
 * a channel chooses its unique id, and with mod_sofia's `inbound-use-callid-as-uuid` the phone does, by its Call-ID.
 */
const quoted = (text: string): string =>
  text.replace(/[^\w+.@-]/gu, (sign) =>
    [...Buffer.from(sign)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );

const unquoted = (text: string): string => decode(text.replaceAll('=', '%'));

const legText = ({ call, e164, payer, realm, endpoint }: Leg): string =>
  [call, e164, payer, realm, ...(endpoint ? [endpoint] : [])].map(quoted).join('/');

/** What a leg carries; null on a channel that is none. */
export function readLeg(text: string | null): Leg | null {
  if (!text) return null;
  const [call = '', e164 = '', payer = '', realm = '', endpoint = ''] = text.split('/').map(unquoted);
  return { call, e164, payer, realm, endpoint };
}

function legOf({ uniqueid, payer, realm }: DialAttempt, e164: string): Leg {
  const endpoint = payer.endpoint ?? payer.transferer ?? '';
  const pays = payer.inherited ?? endpoint;
  return { call: uniqueid, e164, payer: pays, realm: realm ?? '', endpoint: endpoint === pays ? '' : endpoint };
}

/**
 * The variables that tell the dialplan an outcome, an empty value being an unset variable. `dw_verdict` comes last, so
 * that nothing between can leave an `allow` without its cap; where the guard cannot tell it stays as it was preset.
 *
 * The cap runs on the trunk's leg from its answer on. FreeSWITCH runs every variable that begins with
 * `execute_on_answer`, so ours does not displace another. Each application costs FreeSWITCH about 0.3 ms.
 */
export function verdictApps({ action, reason, incident, maxSeconds, e164 }: Outcome, attempt: DialAttempt): App[] {
  const facts = setAll({
    dw_reason: reason,
    dw_incident: String(incident ?? ''),
    dw_max_seconds: String(maxSeconds ?? ''),
    dw_e164: e164,
    // The cap that an earlier call of the same channel may have left.
    [onLegs(CAP)]: '',
  });
  if (action === 'unavailable') return [facts];
  if (action !== 'allow') return [facts, set('dw_verdict', 'block')];
  const cap = maxSeconds === null ? [] : [exported(CAP, `sched_hangup +${maxSeconds} ALLOTTED_TIMEOUT`)];
  return [facts, ...cap, exported('dw_leg', legText(legOf(attempt, e164))), set('dw_verdict', 'allow')];
}

const CAP = 'execute_on_answer_dw';

/** What a peer is told whose request could not be understood, or whose caller is gone: never left to a fallback. */
export const strictVerdict = (reason: string): App[] => [
  set('dw_verdict', 'block'),
  set('dw_reason', reason),
  reject(),
];
