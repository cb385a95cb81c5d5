import { split } from './dialplan.ts';
import type { Endpoint } from './endpoints.ts';

/** Where a Dial goes. */
export type Target =
  | { kind: 'trunk'; trunk: string; number: string }
  | { kind: 'local'; extension: string; context: string }
  | { kind: 'phone' };

/** Names of the phones of each technology, lower case: `pjsip/101`. */
export type Phones = ReadonlySet<string>;

export const phonesOf = (endpoints: readonly Endpoint[]): Phones =>
  new Set(endpoints.filter((e) => e.kind === 'phone').map((e) => `${e.tech}/${e.name}`.toLowerCase()));

/** Channel drivers whose second part is a number to dial. */
const LINES = /^(dahdi|zap|misdn|capi|dongle|quectel|khomp|vpb|h323|ooh323|motif|chan_mobile|mobile|ss7|lcr|sgw|svx)$/i;

const PHONE: Target = { kind: 'phone' };

function sip(tech: string, rest: string, phones: Phones): Target {
  const at = rest.lastIndexOf('@');
  const slash = rest.indexOf('/');
  const [number, name] =
    at !== -1 && (slash === -1 || at < slash || !/^pjsip$/i.test(tech))
      ? [rest.slice(0, at), rest.slice(at + 1)]
      : slash !== -1
        ? [rest.slice(slash + 1), rest.slice(0, slash)]
        : ['', rest];
  if (number === '' || phones.has(`${tech}/${name}`.toLowerCase())) return PHONE;
  return { kind: 'trunk', trunk: `${tech}/${name.includes('${') ? 'a trunk' : name}`, number };
}

function iax(rest: string, phones: Phones): Target {
  const [peer = '', number = ''] = split(rest, '/', 2);
  const name = peer.slice(peer.lastIndexOf('@') + 1);
  if (number === '' || phones.has(`iax2/${name}`.toLowerCase())) return PHONE;
  return { kind: 'trunk', trunk: `IAX2/${name}`, number };
}

function targetOf(text: string, phones: Phones): Target {
  const [tech = '', rest = ''] = split(text.trim(), '/', 2);
  if (/^local$/i.test(tech)) {
    const [extension = '', context = 'default'] = split(split(rest, '/', 2)[0]!, '@', 2);
    return { kind: 'local', extension, context };
  }
  if (/^(pj)?sip$/i.test(tech)) return sip(tech, rest, phones);
  if (/^iax2?$/i.test(tech)) return iax(rest, phones);
  const [group = '', number = ''] = split(rest, '/', 2);
  if (LINES.test(tech)) return number === '' ? PHONE : { kind: 'trunk', trunk: `${tech}/${group}`, number };
  // A technology in a variable with a number behind it is a trunk's dial string: ${TRUNK}/${EXTEN}, FreePBX's ${OUT_n}/...
  if (tech.startsWith('${') && rest.includes('${'))
    return { kind: 'trunk', trunk: 'a trunk in a variable', number: rest };
  return tech.startsWith('${pre_num') ? { kind: 'trunk', trunk: 'a custom trunk', number: text } : PHONE;
}

/** Where `Dial(a&b,...)` goes, by its first argument. */
export const targetsOf = (text: string, phones: Phones): Target[] =>
  split(text, '&').map((one) => targetOf(one, phones));
