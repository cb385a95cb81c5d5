import type { DialAttempt } from '../../core/attempt.ts';
import { BadRequest, namedArguments } from './arguments.ts';
import { addressOf, endpointOf } from './channel.ts';
import type { Environment } from './environment.ts';

/** `agi://HOST/check,DIGITS,...` as the dialplan sends it. */
export interface CheckRequest {
  /** The transferer is still to be filled in where `askTransfer` says so, and its listener may prove to be a trunk. */
  attempt: DialAttempt;
  /** The dialplan did not say (`xfer=`) whether the call was transferred here. */
  askTransfer: boolean;
}

const NAMES = ['ext', 'dialled', 'addr', 'key', 'xfer', 'acct', 'realm'] as const;

/** The transferring channel's name. Asterisk clears the one when it sets the other (main/bridge.c). */
export const TRANSFERER = `\${BLINDTRANSFER}\${ATTENDEDTRANSFER}`;

const known = (value: string | undefined): string | null =>
  value === undefined || value === '' || value === 'unknown' ? null : value;

/** A SIP channel without a dialled number was called by the PBX itself (Originate, call files): nobody dialled there. */
const originated = (headers: Map<string, string>): boolean =>
  /^(PJ)?SIP\//.test(headers.get('agi_channel') ?? '') && headers.get('agi_dnid') === 'unknown';

const NAMED = /^[A-Za-z]*=/;
const DIALABLE = /^[0-9*#+]+$/;

/**
 * An argument without a name is the rest of what was dialled: a comma in an INVITE ends the argument. All of it is asked
 * about as one string, which no numbering plan reads, so that it is blocked on record. What cannot be dialled is not
 * shown: it may be a secret whose name was forgotten.
 */
function whole(digits: string, rest: string[]): string {
  const strays = rest.filter((arg) => !NAMED.test(arg));
  return [digits, ...strays.map((arg) => (DIALABLE.test(arg) ? arg : '?'))].join(',');
}

/** Reads a check. Times are milliseconds since 1970. Throws BadRequest. */
export function readCheck({ headers, args }: Environment, now: number): CheckRequest {
  const [digits, ...rest] = args;
  const uniqueid = headers.get('agi_uniqueid');
  if (digits === undefined) throw new BadRequest('no digits to check');
  if (!uniqueid) throw new BadRequest('no agi_uniqueid');
  const named = namedArguments(
    rest.filter((arg) => NAMED.test(arg)),
    NAMES,
  );
  const endpoint = endpointOf(headers.get('agi_channel') ?? '');
  const attempt: DialAttempt = {
    pbx: 'asterisk',
    uniqueid,
    at: now,
    digits: whole(digits, rest),
    dialled: named.dialled ?? null,
    payer: {
      endpoint,
      transferer: null,
      inherited: known(named.ext),
      accountcode: known(named.acct) ?? known(headers.get('agi_accountcode')),
      redirecting: known(headers.get('agi_rdnis')),
    },
    listener: endpoint !== null && !originated(headers),
    realm: known(named.realm) ?? known(headers.get('agi_context')),
    addr: addressOf(named.addr ?? ''),
    userAgent: null,
  };
  return { attempt: transferredBy(attempt, named.xfer ?? ''), askTransfer: named.xfer === undefined };
}

/** The same attempt, told that the channel `channel` transferred the call here; an empty name changes nothing. */
export function transferredBy(attempt: DialAttempt, channel: string): DialAttempt {
  if (channel === '') return attempt;
  return { ...attempt, listener: false, payer: { ...attempt.payer, transferer: endpointOf(channel) } };
}
