import type { Finding } from '../../finding.ts';
import { type Check, isLimited, reachesTrunk, together } from '../check.ts';
import { type Endpoint, isInsecure } from '../endpoints.ts';
import type { Pbx } from '../pbx.ts';
import { general, isFalse, isTrue, placeOf, type Section, setting } from '../section.ts';

const guests = ({ section, context }: Endpoint, pbx: Pbx): Finding => {
  const out = reachesTrunk(pbx, context);
  return {
    ...placeOf(section, 'allowguest'),
    subject: 'SIP guests',
    code: 'guest_calls',
    severity: out ? 'critical' : 'medium',
    text: `Calls without a password are let into context ${context} (allowguest is not no).`,
    why: out
      ? `Context ${context} reaches a trunk, so strangers call the world at your cost.`
      : 'Strangers can call in, and reach whatever that context reaches later.',
    fix: 'Write allowguest=no in [general] of sip.conf.',
  };
};

const stranger = ({ section, name, context }: Endpoint, pbx: Pbx): Finding => {
  const key = isInsecure(section) ? 'insecure' : 'secret';
  return {
    ...placeOf(section, key),
    subject: `SIP ${name}`,
    code: 'no_password',
    severity: reachesTrunk(pbx, context) ? 'critical' : 'high',
    text:
      key === 'insecure'
        ? `Calls of ${name} are taken from any address without its password (insecure=${setting(section, 'insecure')}).`
        : `${name} has no secret, and calls and registers from any address.`,
    why: `Anybody who knows or guesses the name ${name} dials in context ${context}.`,
    fix: `Write secret= with 16 random characters${key === 'insecure' ? ', delete insecure=' : ''} and permit= its network after deny=0.0.0.0/0.0.0.0.`,
  };
};

/** A trunk of a fixed host that a call may also name: chan_sip looks for the name in From before it looks at the address. */
const byName = ({ kind, section }: Endpoint, pbx: Pbx): boolean =>
  kind === 'trunk' &&
  /^(user|friend)$/i.test(setting(section, 'type') ?? '') &&
  (isInsecure(section) || setting(section, 'secret') === undefined) &&
  !isLimited(section, pbx);

const trunkByName = ({ section, name, context }: Endpoint): Finding => ({
  ...placeOf(section, isInsecure(section) ? 'insecure' : 'type'),
  subject: `SIP ${name}`,
  code: 'trunk_by_name',
  severity: 'high',
  text: `Trunk ${name} is told by its name only: type=${setting(section, 'type')} takes the name in From, and no password is asked.`,
  why: `Anybody who writes ${name} into the From of a call comes in as the trunk, into context ${context}.`,
  fix: 'Write type=peer, which is told by its host= address alone.',
});

function generals(section: Section): Finding[] {
  const found: Finding[] = [];
  const say = (name: string, words: Omit<Finding, 'file' | 'line' | 'subject'>) =>
    found.push({ ...placeOf(section, name), subject: 'SIP general', ...words });
  if (isFalse(setting(section, 'alwaysauthreject'))) {
    say('alwaysauthreject', {
      code: 'names_told',
      severity: 'medium',
      text: 'Asterisk tells strangers which extensions exist (alwaysauthreject=no).',
      why: 'Scanners first collect the names and then guess passwords only for those.',
      fix: 'Write alwaysauthreject=yes in [general] of sip.conf.',
    });
  }
  const adopts = setting(section, 'autocreatepeer');
  if (isTrue(adopts) || /^persist$/i.test(adopts ?? '')) {
    say('autocreatepeer', {
      code: 'no_password',
      severity: 'critical',
      text: 'Every unknown phone may register without a password (autocreatepeer).',
      why: 'Anybody who reaches port 5060 becomes an extension.',
      fix: 'Write autocreatepeer=no in [general] of sip.conf.',
    });
  }
  if (!isTrue(setting(section, 'tlsenable'))) {
    say('tlsenable', {
      code: 'no_tls',
      severity: 'low',
      text: 'SIP is not encrypted (tlsenable is not yes).',
      why: 'Registrations cross the network readable, and their passwords can be guessed from a recording.',
      fix: 'Write tlsenable=yes and tlscertfile= in [general] of sip.conf, and encryption=yes for the phones.',
    });
  }
  return found;
}

const withoutAcl = (names: string) => ({
  code: 'no_acl',
  severity: 'medium' as const,
  text: `Phones may register and call from any address: ${names}.`,
  why: 'A password that leaks or is guessed works from everywhere; most phones only ever call from a few networks.',
  fix: 'Write deny=0.0.0.0/0.0.0.0 and permit= their networks into each, or into a template that they share.',
});

/** chan_sip (up to Asterisk 20): guests, peers without a secret or an address, and what [general] gives away. */
export const sip: Check = (pbx) => {
  const mine = pbx.endpoints.filter((e) => e.tech === 'SIP');
  const top = general(pbx.conf('sip.conf'));
  const limited = top !== undefined && isLimited(top, pbx);
  const strange = mine
    .filter((e) => e.kind === 'stranger')
    .map((e) => (e.section === top ? guests(e, pbx) : stranger(e, pbx)));
  const open = limited ? [] : mine.filter((e) => e.kind === 'phone' && !isLimited(e.section, pbx));
  const named = mine.filter((e) => byName(e, pbx)).map(trunkByName);
  return [...strange, ...named, ...together(open, 'SIP phones', withoutAcl), ...(top ? generals(top) : [])];
};
