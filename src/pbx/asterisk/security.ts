import type { Knock } from '../../core/intrusion/knock.ts';
import { type AmiConnection, first, type Message } from './ami-connection.ts';
import { addressOf } from './channel.ts';

/** Asterisk's security events (docs.asterisk.org, "Asterisk Security Event Logger"), of AMI's class `security`. */
const EVENTS: Record<string, Knock['what']> = {
  InvalidPassword: 'wrong-password',
  ChallengeResponseFailed: 'wrong-password',
  InvalidAccountID: 'unknown-account',
  FailedACL: 'unknown-account',
  UnexpectedAddress: 'unknown-account',
  AuthMethodNotAllowed: 'unknown-account',
  RequestNotAllowed: 'unknown-account',
  SuccessfulAuth: 'accepted',
};
/** What PJSIP says beside an InvalidAccountID. */
const NOBODY = '<unknown>';
/** A channel of res_pjsip_endpoint_identifier_anonymous: a caller without an account has come into the dialplan. */
const ANONYMOUS = /^PJSIP\/anonymous(?:@.*)?-[0-9a-f]{8}$/;
/** Endpoints that are looked at for the addresses of trunks. */
const MOST_TRUNKS = 200;

/**
 * What a security event tells; null where it tells nothing. Asterisk names neither the user agent nor the number that a
 * refused INVITE was for, only the user of its From header, where most scanners put the number too.
 */
export function knockOf(event: Message, at: number): Knock | null {
  const what = EVENTS[first(event, 'Event')];
  const account = first(event, 'AccountID');
  if (what === undefined || account === NOBODY) return null;
  // IPV4/UDP/203.0.113.9/5060
  const address = first(event, 'RemoteAddress').split('/')[2] ?? '';
  return {
    at,
    address,
    account: account || null,
    what,
    service: first(event, 'Service'),
    userAgent: null,
    digits: null,
  };
}

/** Tells of knocks at Asterisk's door: its security events, and calls of strangers where the PBX takes them as guests. */
export function watchSecurity(ami: AmiConnection, now: () => number, onKnock: (knock: Knock) => void): void {
  const value = async (channel: string, variable: string): Promise<string> => {
    const [answer] = await ami.action({ Action: 'Getvar', Channel: channel, Variable: variable });
    return answer ? first(answer, 'Value') : '';
  };
  async function stranger(channel: string, digits: string): Promise<void> {
    const [address, userAgent] = await Promise.all([
      value(channel, 'CHANNEL(pjsip,remote_addr)'),
      value(channel, 'PJSIP_HEADER(read,User-Agent)'),
    ]);
    const call = { at: now(), account: null, what: 'stranger-call', service: 'PJSIP', digits } as const;
    onKnock({ ...call, address: addressOf(address) ?? '', userAgent: userAgent || null });
  }
  ami.onEvent((event) => {
    const channel = first(event, 'Channel');
    if (first(event, 'Event') === 'Newchannel' && ANONYMOUS.test(channel))
      // The channel may be gone already, and nothing is known of it then.
      stranger(channel, first(event, 'Exten')).catch(() => undefined);
    const knock = knockOf(event, now());
    if (knock) onKnock(knock);
  });
}

/** `sip:trunk@sip.example.com:5060;transport=udp` -> `sip.example.com` */
const hostOf = (uri: string): string =>
  /sips?:(?:[^@]*@)?(\[[^\]]*\]|[^:;>,\s]+)/.exec(uri)?.[1]?.replace(/^\[|\]$/g, '') ?? '';

/**
 * Where the trunks are: addresses and networks of `identify` sections, and hosts of contacts and outbound registrations, of
 * endpoints that need no password from the other side. Rejects where AMI refuses to tell (it takes `write = system`).
 */
export async function trunkHosts(ami: AmiConnection): Promise<string[]> {
  const list = async (fields: Record<string, string>) => {
    const messages = await ami.action(fields);
    const answer = messages[0];
    if (answer && first(answer, 'Response') === 'Error' && /permission/i.test(first(answer, 'Message')))
      throw new Error('the AMI user needs write = system');
    return messages;
  };
  const endpoints = (await list({ Action: 'PJSIPShowEndpoints' })).filter((m) => first(m, 'Event') === 'EndpointList');
  const trunks = endpoints.filter((m) => first(m, 'Auths') === '').map((m) => first(m, 'ObjectName'));
  const details: Message[] = [];
  for (const name of trunks.slice(0, MOST_TRUNKS))
    details.push(...(await list({ Action: 'PJSIPShowEndpoint', Endpoint: name })));
  details.push(...(await list({ Action: 'PJSIPShowRegistrationsOutbound' })));
  const found = details.flatMap((m) => [
    ...first(m, 'Match').split(','),
    hostOf(first(m, 'URI')),
    hostOf(first(m, 'ServerUri')),
  ]);
  return [...new Set(found.filter((host) => host !== ''))];
}
