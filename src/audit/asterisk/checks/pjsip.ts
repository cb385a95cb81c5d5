import type { Finding, Severity } from '../../finding.ts';
import { isLoopback } from '../../network.ts';
import { type Check, isLimited, reachesTrunk, together } from '../check.ts';
import { type Endpoint, isIdentified, matchesEverybody } from '../endpoints.ts';
import type { Pbx } from '../pbx.ts';
import { placeOf, type Section, setting, settingsOf } from '../section.ts';

/** More phones than a person has: further registrations under one password are somebody else's. */
const MANY_CONTACTS = 5;

const at = ({ section: { file, line }, name }: Endpoint): Pick<Finding, 'file' | 'line' | 'subject'> => ({
  file,
  line,
  subject: `PJSIP ${name}`,
});

function stranger(endpoint: Endpoint, pbx: Pbx): Finding {
  const { name, context } = endpoint;
  const anonymous = /^anonymous/i.test(name);
  const out = reachesTrunk(pbx, context);
  const nowhere = !pbx.dialplan.contexts.has(context);
  const severity: Severity = out ? 'critical' : nowhere ? 'low' : anonymous ? 'medium' : 'high';
  const who = matchesEverybody(pbx.pjsip, name) ? 'every address is taken for it' : 'nothing but its name is asked for';
  return {
    ...at(endpoint),
    code: anonymous ? 'anonymous_calls' : 'no_password',
    severity,
    text: anonymous
      ? `Anybody on the internet may call into context ${context}.`
      : `Calls come in as ${name} without a password: ${who}.`,
    why: out
      ? `Context ${context} reaches a trunk, so strangers call the world at your cost.`
      : `Strangers can call into context ${context}, and whatever it reaches later.`,
    fix: anonymous
      ? `Delete endpoint ${name}, or keep its context away from every trunk and behind a firewall.`
      : `Give ${name} an auth (auth=${name} and an object of type=auth), or an identify with match= its address only.`,
  };
}

/** A trunk that is told by the name in From. */
function byName(endpoint: Endpoint, { pjsip }: Pbx): boolean {
  const { section, name } = endpoint;
  const ways = settingsOf(section, 'identify_by');
  const named = ways.length === 0 || ways.some((w) => /^(auth_)?username$/.test(w));
  return named && settingsOf(section, 'auth').length === 0 && !isIdentified(pjsip, name);
}

const trunkByName = (endpoint: Endpoint): Finding => ({
  ...at(endpoint),
  code: 'trunk_by_name',
  severity: 'high',
  text: `Trunk ${endpoint.name} is told by its name only: there is no identify section with its address.`,
  why: `Anybody who writes ${endpoint.name} into the From of a call comes in as the trunk, into context ${endpoint.context}.`,
  fix: `Add an object of type=identify with endpoint=${endpoint.name} and match= the provider's addresses, and identify_by=ip to the endpoint.`,
});

const withoutAcl = (names: string) => ({
  code: 'no_acl',
  severity: 'medium' as const,
  text: `Phones may register and call from any address: ${names}.`,
  why: 'A password that leaks or is guessed works from everywhere; most phones only ever call from a few networks.',
  fix: 'Add to pjsip.conf an object of type=acl with deny=0.0.0.0/0.0.0.0 and permit= your networks, or acl= to these endpoints.',
});

const clear = (names: string) => ({
  code: 'no_srtp',
  severity: 'low' as const,
  text: `Calls are not encrypted (media_encryption): ${names}.`,
  why: 'Whoever sits between phone and PBX listens in, and reads the digits of PINs.',
  fix: 'Write media_encryption=sdes (dtls for WebRTC) in these endpoints, and use a TLS transport.',
});

function contacts({ pjsip }: Pbx): Finding[] {
  return pjsip
    .of('aor')
    .filter((aor) => Number(setting(aor, 'max_contacts') ?? 0) > MANY_CONTACTS)
    .map((aor) => ({
      ...placeOf(aor, 'max_contacts'),
      subject: `PJSIP aor ${aor.name}`,
      code: 'many_contacts',
      severity: 'low',
      text: `${setting(aor, 'max_contacts')} devices may register as ${aor.name} at once.`,
      why: 'A stolen password registers beside the real phone, and nobody notices.',
      fix: `Write max_contacts= the number of devices that ${aor.name} has, and remove_existing=yes.`,
    }));
}

function transports(sections: readonly Section[]): Finding[] {
  const first = sections[0];
  if (!first || sections.some((s) => /^(tls|wss)$/i.test(setting(s, 'protocol') ?? ''))) return [];
  return [
    {
      ...placeOf(first, 'protocol'),
      subject: 'PJSIP transports',
      code: 'no_tls',
      severity: 'low',
      text: 'No transport is encrypted (no protocol=tls).',
      why: 'Registrations cross the network readable, and their passwords can be guessed from a recording.',
      fix: 'Add a transport with protocol=tls, bind=0.0.0.0:5061, cert_file and priv_key_file, and move the phones to it.',
    },
  ];
}

/** Endpoints of pjsip.conf: who is let in without proof, from where, and how readable. */
export const pjsip: Check = (pbx) => {
  const mine = pbx.endpoints.filter((e) => e.tech === 'PJSIP');
  const phones = mine.filter((e) => e.kind === 'phone');
  const strange = mine.filter((e) => e.kind === 'stranger').map((e) => stranger(e, pbx));
  const named = mine.filter((e) => e.kind === 'trunk' && byName(e, pbx)).map(trunkByName);
  const found = [...strange, ...named, ...contacts(pbx)];
  const sections = pbx.pjsip.of('transport');
  // Where SIP is spoken on this machine only, nobody comes from elsewhere and nothing crosses a network.
  if (sections.length > 0 && sections.every((s) => isLoopback(setting(s, 'bind') ?? ''))) return found;
  const everywhere = pbx.pjsip.of('acl').some((acl) => isLimited(acl, pbx));
  const open = everywhere ? [] : phones.filter((e) => !isLimited(e.section, pbx));
  const readable = phones.filter((e) => /^(no)?$/i.test(setting(e.section, 'media_encryption') ?? ''));
  return [
    ...found,
    ...together(open, 'PJSIP phones', withoutAcl),
    ...transports(sections),
    ...together(readable, 'PJSIP phones', clear),
  ];
};
