import { isIP } from 'node:net';
import type { DialAttempt } from '../../core/attempt.ts';
import type { HeaderName } from './headers.ts';
import { readLeg } from './verdict.ts';
import { ageOf, type Message } from './wire.ts';

/** Longer values are cut: no honest one comes near, and what is cut stays too long to be a number. */
const MAX_VALUE = 1024;

/** The channel's data is not what can be asked about. The message is fit for a log. */
export class BadRequest extends Error {
  override name = 'BadRequest';
}

/**
 * The attempt that a channel's data describes. The dialplan's own variables are `dw_digits`, `dw_dialled`,
 * `dw_payer` and `dw_realm`.
 *
 * Who pays: `sip_auth_username` counts where `sip_authorized` says that mod_sofia checked it, and only on a call that
 * came in; on legs that FreeSWITCH dialled it is our own login at a gateway. A transferred or forwarded call is found by
 * `dw_payer`, which the dialplan sets for a called extension, by what the guard left on a trunk's leg, and by
 * `dialed_user`, which FreeSWITCH sets on a leg to a user. Referred-By and the redirecting number come from phones. Throws BadRequest.
 */
export function readChannel(data: Message, now: number): DialAttempt {
  // Empty and missing are alike.
  const read = (name: HeaderName): string | null => data.header(name)?.slice(0, MAX_VALUE) || null;
  const uniqueid = read('Unique-ID');
  const typed = read('Caller-Destination-Number');
  const given = read('variable_dw_digits');
  const digits = given ?? typed;
  if (uniqueid === null) throw new BadRequest('no Unique-ID');
  if (digits === null) throw new BadRequest('no digits to check');
  const incoming = read('Call-Direction') === 'inbound';
  const endpoint = incoming && read('variable_sip_authorized') === 'true' ? read('variable_sip_auth_username') : null;
  const redirecting = read('Caller-RDNIS');
  const leg = readLeg(read('variable_dw_leg'));
  const named = read('variable_dw_payer');
  return {
    pbx: 'freeswitch',
    uniqueid,
    at: now,
    digits,
    dialled: read('variable_dw_dialled') ?? (digits === typed ? null : typed),
    payer: {
      endpoint,
      // A payer named since then is who was called by a transfer, and pays for his own.
      transferer: named === null || named === leg?.payer ? leg?.endpoint || null : null,
      inherited: named ?? (leg?.payer || null) ?? (incoming ? null : read('variable_dialed_user')),
      accountcode: read('variable_accountcode'),
      redirecting: referrer(read('variable_sip_h_Referred-By')) ?? redirecting,
    },
    listener: endpoint !== null && !forwarded(redirecting),
    realm: read('variable_dw_realm') ?? (leg?.realm || null) ?? read('variable_domain_name') ?? read('Caller-Context'),
    addr: address(read('variable_sip_network_ip') ?? read('Caller-Network-Addr')),
    userAgent: read('variable_sip_user_agent'),
    ...ageOf(data),
  };
}

/** Each `transfer` leaves the number dialled before; behind a feature code (speed dial) the dialler is still there. */
const forwarded = (redirecting: string | null): boolean => redirecting !== null && !redirecting.startsWith('*');

const referrer = (header: string | null): string | null => /sips?:([^@;>\s]+)@/.exec(header ?? '')?.[1] ?? null;

const address = (text: string | null): string | null => (text !== null && isIP(text) ? text : null);
