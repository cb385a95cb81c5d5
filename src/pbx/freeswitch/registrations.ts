import type { Knock } from '../../core/intrusion/knock.ts';
import type { EslInbound } from './inbound.ts';
import type { Message } from './wire.ts';

/**
 * Events of mod_sofia (sofia_reg.c): a request that was asked for a password, REGISTER or INVITE, and what came of it.
 * `sofia::register_failure` follows a refused `register_attempt` and tells less.
 */
export const REGISTRATIONS = ['sofia::pre_register', 'sofia::register_attempt'] as const;

const RESULTS: Record<string, Knock['what']> = {
  FORBIDDEN: 'wrong-password',
  SUCCESS: 'accepted',
  RENEWED: 'accepted',
};

/**
 * What an event tells of an attempt at the door; null where it tells nothing. The names are mod_sofia's own: `from-user` is
 * the user of the SIP To header, so in an INVITE what was dialled, and `to-user` that of From.
 */
export function knockOf(event: Message, at: number): Knock | null {
  const subclass = event.header('Event-Subclass');
  const asked = subclass === 'sofia::pre_register';
  if (!asked && subclass !== 'sofia::register_attempt') return null;
  const what = asked ? 'unanswered' : RESULTS[event.header('auth-result') ?? ''];
  if (what === undefined) return null;
  return {
    at,
    address: event.header('network-ip') ?? '',
    account: (asked ? null : event.header('username')) ?? event.header('to-user'),
    what,
    service: event.header('profile-name') ?? '',
    userAgent: event.header('user-agent'),
    digits: asked ? event.header('from-user') : null,
  };
}

/** Hosts of the gateways, names or addresses: `<proxy>sip:sip.example.com:5060</proxy>` in `sofia xmlstatus gateway`. */
export async function gatewayHosts(esl: Pick<EslInbound, 'api'>): Promise<string[]> {
  const status = await esl.api('sofia', 'xmlstatus gateway');
  const proxies = status.matchAll(/<proxy>\s*sips?:(?:[^@<]*@)?(?:\[([^\]<]+)\]|([^:;<\s]+))/g);
  return [...new Set([...proxies].map(([, v6, host]) => (v6 ?? host)!))];
}
