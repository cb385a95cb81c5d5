import { isEverybody } from '../network.ts';
import { deniesOthers, general, isTrue, type Section, setting, settingsOf } from './section.ts';

/**
 * Who may call in: `phone` proves itself by a secret, `trunk` is another switch, `stranger` is anybody (guests, no secret, an
 * address range of the whole world).
 */
export type EndpointKind = 'phone' | 'trunk' | 'stranger';

export interface Endpoint {
  tech: 'PJSIP' | 'SIP' | 'IAX2' | 'DAHDI';
  name: string;
  kind: EndpointKind;
  context: string;
  /** Where it stands. */
  section: Section;
}

/** The objects of pjsip.conf, wizards taken apart. */
export interface PjsipObjects {
  of(type: string): readonly Section[];
  /** Objects of a type that name an endpoint (`endpoint=`). */
  about(type: string, endpoint: string): readonly Section[];
}

/** The parts of a wizard's line that are options of one object: `endpoint/context`. */
const PARTS: [object: string, prefix: string][] = [
  ['endpoint', 'endpoint/'],
  ['aor', 'aor/'],
  ['auth', 'inbound_auth/'],
];

/** What res_pjsip_config_wizard makes of one wizard. */
function fromWizard(wizard: Section): Map<string, Section> {
  const made = new Map(
    PARTS.map(([type, prefix]) => {
      const own = wizard.entries.filter((e) => e.name.startsWith(prefix));
      return [type, { ...wizard, entries: own.map((e) => ({ ...e, name: e.name.slice(prefix.length) })) }];
    }),
  );
  const at = { file: wizard.file, line: wizard.line };
  const add = (type: string, name: string, value: string) => made.get(type)!.entries.push({ name, value, ...at });
  const hosts = settingsOf(wizard, 'remote_hosts');
  for (const host of hosts) add('aor', 'contact', `sip:${host}`);
  if (isTrue(setting(wizard, 'accepts_auth'))) add('endpoint', 'auth', wizard.name);
  if (isTrue(setting(wizard, 'sends_auth'))) add('endpoint', 'outbound_auth', wizard.name);
  add('endpoint', 'aors', wizard.name);
  if (hosts.length > 0) {
    made.set('identify', { ...wizard, entries: [] });
    add('identify', 'endpoint', wizard.name);
    for (const host of hosts) add('identify', 'match', host);
  }
  return made;
}

type Index = Map<string, Section[]>;

function addTo(index: Index, key: string, section: Section): void {
  const known = index.get(key);
  if (known) known.push(section);
  else index.set(key, [section]);
}

export function pjsipObjects(sections: readonly Section[], wizards: readonly Section[]): PjsipObjects {
  const types: Index = new Map();
  const endpoints: Index = new Map();
  const add = (type: string, section: Section) => {
    addTo(types, type, section);
    const endpoint = setting(section, 'endpoint');
    if (endpoint !== undefined) addTo(endpoints, `${type} ${endpoint}`, section);
  };
  for (const section of sections) add((setting(section, 'type') ?? '').toLowerCase(), section);
  for (const wizard of wizards) {
    if (setting(wizard, 'type') === 'wizard') for (const [type, made] of fromWizard(wizard)) add(type, made);
  }
  return {
    of: (type) => types.get(type) ?? [],
    about: (type, endpoint) => endpoints.get(`${type} ${endpoint}`) ?? [],
  };
}

/** What an endpoint is told by besides a secret: an address, or the registration that we made ourselves. */
export const isIdentified = (objects: PjsipObjects, name: string): boolean =>
  objects.about('identify', name).some((i) => settingsOf(i, 'match').length > 0 || setting(i, 'match_header')) ||
  objects.about('registration', name).some((r) => isTrue(setting(r, 'line')));

/** Whether anybody's address passes for the endpoint's. */
export const matchesEverybody = (objects: PjsipObjects, name: string): boolean =>
  objects.about('identify', name).some((i) => settingsOf(i, 'match').some(isEverybody));

export function pjsipEndpoints(objects: PjsipObjects): Endpoint[] {
  const withContact = new Set(
    objects
      .of('aor')
      .filter((a) => setting(a, 'contact') !== undefined)
      .map((a) => a.name),
  );
  return objects.of('endpoint').map((section): Endpoint => {
    const { name } = section;
    const secret = settingsOf(section, 'auth').length > 0;
    const fixed = settingsOf(section, 'aors').some((aor) => withContact.has(aor));
    const away = fixed || setting(section, 'outbound_auth') !== undefined || isIdentified(objects, name);
    const everybody = /^anonymous(@|$)/i.test(name) || matchesEverybody(objects, name);
    const kind = (everybody && !secret) || (!secret && !away) ? 'stranger' : away ? 'trunk' : 'phone';
    return { tech: 'PJSIP', name, kind, context: setting(section, 'context') ?? 'default', section };
  });
}

/** Sections of sip.conf and iax.conf that are no peer. */
const NO_PEER = new Set(['general', 'authentication', 'callnumberlimits']);

const hasSecret = (s: Section): boolean =>
  [setting(s, 'secret'), setting(s, 'md5secret'), setting(s, 'inkeys'), setting(s, 'dbsecret')].some((v) => v);

/** `insecure=invite` asks no secret of a call. */
export const isInsecure = (s: Section): boolean => /invite|very/i.test(setting(s, 'insecure') ?? '');

/** The peers of sip.conf (chan_sip) or iax.conf, and the guest of [general] where guests are let in. */
export function peers(tech: 'SIP' | 'IAX2', sections: readonly Section[]): Endpoint[] {
  const top = general(sections);
  const context = setting(top, 'context') ?? 'default';
  const own = sections
    .filter((s) => !NO_PEER.has(s.name) && setting(s, 'type') !== undefined)
    .map((section): Endpoint => {
      const dynamic = (setting(section, 'host') ?? 'dynamic').toLowerCase() === 'dynamic';
      const asks = hasSecret(section) && !isInsecure(section);
      const limited = deniesOthers(section) || setting(section, 'acl') !== undefined;
      const kind = !dynamic ? 'trunk' : asks ? 'phone' : limited ? 'trunk' : 'stranger';
      return { tech, name: section.name, kind, context: setting(section, 'context') ?? context, section };
    });
  const guests = tech === 'SIP' && top && isTrue(setting(top, 'allowguest') ?? 'yes');
  return guests ? [...own, { tech, name: 'guests', kind: 'stranger', context, section: top }] : own;
}

/** The lines of chan_dahdi.conf: each `channel` has the context stated before it. */
export function dahdiLines(sections: readonly Section[]): Endpoint[] {
  return sections
    .filter((s) => s.name === 'channels')
    .flatMap((section) => {
      let [context, signalling] = ['default', ''];
      return section.entries.flatMap((e): Endpoint[] => {
        if (e.name === 'context') context = e.value;
        if (e.name === 'signalling') signalling = e.value;
        if (e.name !== 'channel') return [];
        // An FXS phone is signalled by FXO and the other way round; all else is an exchange.
        const kind = /^fxo/i.test(signalling) ? 'phone' : 'trunk';
        const at = { ...section, file: e.file, line: e.line };
        return [{ tech: 'DAHDI', name: `DAHDI ${e.value}`, kind, context, section: at }];
      });
    });
}
