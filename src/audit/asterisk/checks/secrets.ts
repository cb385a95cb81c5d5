import type { Finding, Severity } from '../../finding.ts';
import { isLoopback } from '../../network.ts';
import { type Account, judgeSecrets, MOST_JUDGED, SEVERITY_OF } from '../../secrets.ts';
import { type Check, isLocal } from '../check.ts';
import type { Pbx } from '../pbx.ts';
import { generalSetting, isTrue, placeOf, type Section, setting, settingsOf } from '../section.ts';

/** An account with a secret in the files. */
interface Named extends Account {
  /** What it lets in: `PJSIP`, `AMI`. */
  kind: string;
  section: Section;
  /** Setting that holds it. */
  key: string;
  /** The owner of the PBX chooses it; else its provider does. */
  ours: boolean;
  /** Nobody from outside can try it. */
  local: boolean;
}

const LOCAL: Record<Severity, Severity> = { critical: 'medium', high: 'low', medium: 'low', low: 'low' };

function pjsipAccounts({ pjsip }: Pbx): Named[] {
  const outbound = new Set(
    ['endpoint', 'registration'].flatMap((t) => pjsip.of(t).flatMap((s) => settingsOf(s, 'outbound_auth'))),
  );
  const inbound = new Set(pjsip.of('endpoint').flatMap((s) => settingsOf(s, 'auth')));
  return pjsip.of('auth').flatMap((section) => {
    const secret = setting(section, 'password');
    if (secret === undefined || /^(md5|google_oauth)$/i.test(setting(section, 'auth_type') ?? '')) return [];
    const user = setting(section, 'username') ?? section.name;
    const ours = inbound.has(section.name) || !outbound.has(section.name);
    return [{ kind: 'PJSIP', user, secret, section, key: 'password', ours, local: false }];
  });
}

/** Every `secret=` outside [general]. */
const stated = (sections: readonly Section[]): Pick<Named, 'section' | 'key' | 'secret'>[] =>
  sections.flatMap((section) => {
    const secret = section.name === 'general' ? undefined : setting(section, 'secret');
    return secret === undefined ? [] : [{ section, key: 'secret', secret }];
  });

/** Peers of chan_sip and chan_iax2; a secret for a fixed host is the provider's. */
function peerAccounts(kind: 'SIP' | 'IAX2', sections: readonly Section[]): Named[] {
  return stated(sections).map((one) => {
    const { section } = one;
    const ours = (setting(section, 'host') ?? 'dynamic').toLowerCase() === 'dynamic';
    const user = setting(section, 'defaultuser') ?? setting(section, 'username') ?? section.name;
    return { ...one, kind, user, ours, local: false };
  });
}

/** `register => [transport://]user[@domain][:secret[:name]]@host`: the provider's passwords, in [general]. */
function registrations(kind: 'SIP' | 'IAX2', sections: readonly Section[]): Named[] {
  return sections.flatMap((section) =>
    section.entries.flatMap((entry): Named[] => {
      const at = entry.value.lastIndexOf('@');
      if (entry.name.toLowerCase() !== 'register' || at === -1) return [];
      const [user = '', secret] = entry.value
        .slice(0, at)
        .replace(/^\w+:\/\//, '')
        .split(':');
      if (secret === undefined) return [];
      return [
        { kind, user, secret, section: { ...section, entries: [entry] }, key: 'register', ours: false, local: false },
      ];
    }),
  );
}

/** users.conf, from which older Asterisks make a phone, a mailbox and an AMI user at once. */
const userAccounts = ({ conf }: Pbx): Named[] =>
  stated(conf('users.conf')).map((one) => ({
    ...one,
    kind: 'users.conf',
    user: one.section.name,
    ours: true,
    local: false,
  }));

function managerAccounts(pbx: Pbx): Named[] {
  const sections = pbx.conf('manager.conf');
  if (!isTrue(generalSetting(sections, 'enabled'))) return [];
  const inside =
    isLoopback(generalSetting(sections, 'bindaddr') ?? '') && !isTrue(generalSetting(sections, 'webenabled'));
  return stated(sections).map((one) => ({
    ...one,
    kind: 'AMI',
    user: one.section.name,
    ours: true,
    local: inside || isLocal(one.section, pbx),
  }));
}

function ariAccounts({ conf }: Pbx): Named[] {
  const http = conf('http.conf');
  if (!isTrue(generalSetting(http, 'enabled'))) return [];
  const local = isLoopback(generalSetting(http, 'bindaddr') ?? '');
  return conf('ari.conf')
    .filter((s) => setting(s, 'type') === 'user' && setting(s, 'password_format') !== 'crypt')
    .map((section) => ({
      kind: 'ARI',
      user: section.name,
      secret: setting(section, 'password') ?? '',
      section,
      key: 'password',
      ours: true,
      local,
    }));
}

function fixOf({ ours, key, kind }: Named): string {
  const other = /^A[MR]I$/.test(kind) ? 'its program' : 'the device';
  if (!ours) return 'Ask the provider for a new password of 16 or more random characters, and write it here.';
  return `Write ${key}= with 16 or more random characters (openssl rand -base64 18) here and in ${other}, and reload.`;
}

const WHY = 'Guessers try such passwords on every PBX they find, and one that fits dials at your cost within minutes.';

/** Passwords of phones, trunks, AMI and ARI that are default, the user's own name, shared or easily guessed. */
export const secrets: Check = (pbx) => {
  const accounts = [
    ...pjsipAccounts(pbx),
    ...peerAccounts('SIP', pbx.conf('sip.conf')),
    ...peerAccounts('IAX2', pbx.conf('iax.conf')),
    ...registrations('SIP', pbx.conf('sip.conf')),
    ...registrations('IAX2', pbx.conf('iax.conf')),
    ...userAccounts(pbx),
    ...managerAccounts(pbx),
    ...ariAccounts(pbx),
  ];
  const told = new Set<string>();
  const next = accounts[MOST_JUDGED]?.section;
  if (next) {
    const why = `begins more than the ${MOST_JUDGED} passwords that are judged: the rest was not looked at`;
    pbx.reading.unread.push({ file: next.file, line: next.line, why });
  }
  return judgeSecrets(accounts.slice(0, MOST_JUDGED)).flatMap(([account, { code, hint }]): Finding[] => {
    const { kind, user, section, key, local, secret, ours } = account;
    // A group that shares a password is told of once.
    if (code === 'secret_reused' && (!ours || told.has(secret))) return [];
    if (code === 'secret_reused') told.add(secret);
    const severity = local ? LOCAL[SEVERITY_OF[code]] : SEVERITY_OF[code];
    const text = `The ${kind} password of ${user} ${hint}.`;
    return [
      { code, severity, ...placeOf(section, key), subject: `${kind} ${user}`, text, why: WHY, fix: fixOf(account) },
    ];
  });
};
