import type { Finding, Severity } from '../finding.ts';
import { isLoopback } from '../network.ts';
import { isClosed } from './acl.ts';
import { users, variable } from './directory.ts';
import { at, type Check, type Config, isTrue } from './model.ts';
import { type Profile, place, profiles } from './profiles.ts';

interface Rule {
  code: string;
  severity: Severity;
  /** The setting it is about, whose line is shown. */
  setting: string;
  applies(profile: Profile, config: Config): boolean;
  text: string;
  why: string;
  fix: string;
}

const on = (profile: Profile, name: string): boolean => isTrue(profile.value(name) ?? 'false');

/** In the order of their weight. PROFILE stands for the name of the profile. */
const RULES: readonly Rule[] = [
  {
    code: 'blind_auth',
    severity: 'critical',
    setting: 'accept-blind-auth',
    applies: (p) => on(p, 'accept-blind-auth'),
    text: 'Profile PROFILE takes any user name and password for good (accept-blind-auth).',
    why: 'Whoever finds the port dials as any extension he names.',
    fix: 'Delete <param name="accept-blind-auth" value="true"/>.',
  },
  {
    code: 'blind_reg',
    severity: 'high',
    setting: 'accept-blind-reg',
    applies: (p) => on(p, 'accept-blind-reg'),
    text: 'Profile PROFILE takes registrations without a password (accept-blind-reg).',
    why: 'Anybody registers as any extension and gets its calls, also the one that confirms a bank transfer.',
    fix: 'Delete <param name="accept-blind-reg" value="true"/>.',
  },
  {
    code: 'calls_unauthenticated',
    severity: 'medium',
    setting: 'auth-calls',
    applies: (p, config) => !p.challenges && !isClosed(config, p),
    text: 'Profile PROFILE takes calls from any address without a password (auth-calls is off, and no apply-inbound-acl holds them back).',
    why: 'Scanners find the port within hours, and what they may dial depends on its context alone.',
    fix: 'Write <param name="apply-inbound-acl" value="trunks"/> with the addresses of your trunks in the list "trunks" of acl.conf.xml; for phones, auth-calls="true".',
  },
  {
    code: 'foreign_username',
    severity: 'medium',
    setting: 'inbound-reg-force-matching-username',
    applies: (p) => p.challenges && p.registers && !on(p, 'inbound-reg-force-matching-username'),
    text: 'Profile PROFILE lets one extension register as another (inbound-reg-force-matching-username is off).',
    why: 'With the password of any one phone all calls of any other can be taken.',
    fix: 'Write <param name="inbound-reg-force-matching-username" value="true"/>.',
  },
  {
    code: 'trunk_registers',
    severity: 'low',
    setting: 'disable-register',
    applies: (p) => !p.challenges && p.registers,
    text: 'Profile PROFILE is for trunks, and phones may register there as well.',
    why: 'It is a second port on which passwords can be guessed.',
    fix: 'Write <param name="disable-register" value="true"/>.',
  },
  {
    code: 'trunk_transfers',
    severity: 'medium',
    setting: 'disable-transfer',
    applies: (p) => !p.challenges && !on(p, 'disable-transfer'),
    text: 'Profile PROFILE takes transfers (REFER) from callers outside.',
    why: 'A caller can pass the extension that answered him on to a dear number, at your cost.',
    fix: 'Write <param name="disable-transfer" value="true"/>.',
  },
  {
    code: 'registrations_unlimited',
    severity: 'low',
    setting: 'multiple-registrations',
    applies: (p) =>
      p.registers &&
      /^(contact|call-id)$|true|yes/i.test(p.value('multiple-registrations') ?? '') &&
      p.value('max-registrations-per-extension') === null,
    text: 'Profile PROFILE lets one extension register as often as it likes (multiple-registrations).',
    why: 'A thief who registers beside the real phone is not noticed.',
    fix: 'Write <param name="multiple-registrations" value="false"/>, or max-registrations-per-extension with the number of devices.',
  },
  {
    code: 'auth_failures_unlogged',
    severity: 'low',
    setting: 'log-auth-failures',
    applies: (p) => p.challenges && !on(p, 'log-auth-failures'),
    text: 'Profile PROFILE does not log wrong passwords (log-auth-failures).',
    why: 'Neither fail2ban nor you can see that somebody is guessing.',
    fix: 'Write <param name="log-auth-failures" value="true"/>.',
  },
  {
    code: 'challenge_realm',
    severity: 'low',
    setting: 'challenge-realm',
    applies: (p) =>
      p.challenges &&
      p.value('force-register-domain') === null &&
      /^auto_/.test(p.value('challenge-realm') ?? 'auto_to'),
    text: 'The caller of profile PROFILE chooses the realm that he is asked a password for (challenge-realm).',
    why: 'With several domains he picks the one whose passwords are the weakest.',
    fix: 'With one domain, write <param name="challenge-realm" value="YOUR.DOMAIN"/> and <param name="force-register-domain" value="YOUR.DOMAIN"/>.',
  },
  {
    code: 'tls_off',
    severity: 'low',
    setting: 'tls',
    applies: (p) => p.challenges && !on(p, 'tls'),
    text: 'Profile PROFILE has no TLS, so SIP and the keys of SRTP travel in the clear.',
    why: 'Who listens on the way reads numbers and calls, and takes home digests to guess passwords from.',
    fix: 'Write <param name="tls" value="true"/> with a certificate in tls-cert-dir, and set rtp_secure_media=mandatory for the users.',
  },
  {
    code: 'srtp_off',
    severity: 'low',
    setting: 'tls',
    applies: (p, config) =>
      p.challenges && on(p, 'tls') && !users(config).some((user) => variable(user, 'rtp_secure_media')),
    text: 'Profile PROFILE has TLS, but no user asks for SRTP (rtp_secure_media).',
    why: 'The voice itself, and the digits of PINs, travel in the clear.',
    fix: 'Write <variable name="rtp_secure_media" value="mandatory"/> into the <variables> of the domain.',
  },
  {
    code: 'tls_old',
    severity: 'low',
    setting: 'tls-version',
    applies: (p) => on(p, 'tls') && /sslv|tlsv1(?:\.1)?(?:,|$)/i.test(p.value('tls-version') ?? ''),
    text: 'Profile PROFILE still takes SSL or TLS before 1.2 (tls-version).',
    why: 'Those versions are broken and forbidden by RFC 8996.',
    fix: 'Write <param name="tls-version" value="tlsv1.2,tlsv1.3"/>.',
  },
  {
    code: 'websocket_clear',
    severity: 'low',
    setting: 'ws-binding',
    applies: (p) => p.challenges && !isLoopback(p.value('ws-binding') || 'localhost'),
    text: 'Profile PROFILE takes SIP over WebSocket without TLS (ws-binding).',
    why: 'It is one more port to guess passwords on, and what it carries can be read.',
    fix: 'Delete ws-binding; keep wss-binding if you use WebRTC.',
  },
];

const judge = (profile: Profile, config: Config): Finding[] =>
  RULES.filter((rule) => rule.applies(profile, config)).map(({ code, severity, setting, text, why, fix }) =>
    at(place(profile, setting), code, severity, profile.name, {
      text: text.replace('PROFILE', profile.name),
      why,
      fix,
    }),
  );

/** The settings of each SIP profile. */
export const sipProfiles: Check = (config) => profiles(config).flatMap((profile) => judge(profile, config));
