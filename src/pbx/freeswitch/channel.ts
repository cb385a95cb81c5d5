import { isIP } from 'node:net';
import type { DialAttempt } from '../../core/attempt.ts';
import type { Message } from './wire.ts';

/** Longer values are cut: no honest one comes near, and what is cut stays too long to be a number. */
const MAX_VALUE = 1024;

/** The channel's data is not what can be asked about. The message is fit for a log. */
export class BadRequest extends Error {
  override name = 'BadRequest';
}

/** Reads one value; empty and missing are alike. */
type Read = (name: string) => string | null;

/**
 * The attempt that a channel's data describes. `dw_digits`, `dw_dialled`, `dw_payer` are the dialplan's own variables.
 *
 * Who pays: `sip_auth_username` counts where `sip_authorized` says that mod_sofia checked it, and only on a call that
 * came in; on legs that FreeSWITCH dialled it is our own login at a gateway. A transferred or forwarded call is found by
 * `dw_payer`, which the dialplan sets for a called extension and the guard for a trunk's leg, and by `dialed_user`,
 * which FreeSWITCH sets on a leg to a user. Referred-By and the redirecting number come from phones. Throws BadRequest.
 */
export function readChannel(data: Message, now: number): DialAttempt {
  const read: Read = (name) => data.header(name)?.slice(0, MAX_VALUE) || null;
  const variable: Read = (name) => read(`variable_${name}`);
  const uniqueid = read('Unique-ID');
  const digits = variable('dw_digits') ?? read('Caller-Destination-Number');
  if (uniqueid === null) throw new BadRequest('no Unique-ID');
  if (digits === null) throw new BadRequest('no digits to check');
  const incoming = read('Call-Direction') === 'inbound';
  const endpoint = incoming && variable('sip_authorized') === 'true' ? variable('sip_auth_username') : null;
  const redirecting = read('Caller-RDNIS');
  return {
    pbx: 'freeswitch',
    uniqueid,
    at: now,
    digits,
    dialled: variable('dw_dialled'),
    payer: {
      endpoint,
      transferer: null,
      inherited: variable('dw_payer') ?? (incoming ? null : variable('dialed_user')),
      accountcode: variable('accountcode'),
      redirecting: referrer(variable('sip_h_Referred-By')) ?? redirecting,
    },
    listener: endpoint !== null && !forwarded(redirecting),
    realm: variable('domain_name') ?? read('Caller-Context'),
    addr: address(variable('sip_network_ip') ?? read('Caller-Network-Addr')),
    userAgent: variable('sip_user_agent'),
  };
}

/** Each `transfer` leaves the number dialled before; behind a feature code (speed dial) the dialler is still there. */
const forwarded = (redirecting: string | null): boolean => redirecting !== null && !redirecting.startsWith('*');

const referrer = (header: string | null): string | null => /sips?:([^@;>\s]+)@/.exec(header ?? '')?.[1] ?? null;

const address = (text: string | null): string | null => (text !== null && isIP(text) ? text : null);
