import type { Unread } from '../finding.ts';
import { newReading, type Reading, readConf } from './conf.ts';
import { type Dialplan, readDialplan } from './dialplan.ts';
import { dahdiLines, type Endpoint, type PjsipObjects, peers, pjsipEndpoints, pjsipObjects } from './endpoints.ts';
import { isTrue, type Section, setting } from './section.ts';
import { type Phones, phonesOf } from './targets.ts';
import { type Walker, walker } from './walk.ts';

/** One Asterisk as its files describe it. */
export interface Pbx {
  reading: Reading;
  /** Sections of a file by its name, such as `http.conf`; none where it is missing or its module is not loaded. */
  conf(name: string): Section[];
  pjsip: PjsipObjects;
  endpoints: Endpoint[];
  phones: Phones;
  dialplan: Dialplan;
  walk: Walker;
}

/** Files that count only while their module is loaded. */
const MODULES: Record<string, string> = {
  'pjsip.conf': 'res_pjsip',
  'pjsip_wizard.conf': 'res_pjsip_config_wizard',
  'sip.conf': 'chan_sip',
  'iax.conf': 'chan_iax2',
  'chan_dahdi.conf': 'chan_dahdi',
  'ari.conf': 'res_ari',
  'voicemail.conf': 'app_voicemail',
  'queues.conf': 'app_queue',
};

/** Tables of extconfig.conf that hold what an audit looks for. */
const TABLES =
  /^(ps_\w+|sippeers|sipregs|iaxusers|iaxpeers|voicemail|extensions|(sip|iax|pjsip|extensions|manager|voicemail|ari)\.conf)$/;

/** Whether modules.conf lets a module be loaded. */
function loader(sections: readonly Section[]): (module: string) => boolean {
  const modules = sections.find((s) => s.name === 'modules');
  const named = (word: RegExp) =>
    new Set((modules?.entries ?? []).filter((e) => word.test(e.name)).map((e) => e.value.replace(/\.so$/, '')));
  const [no, yes] = [named(/^noload$/), named(/^(pre)?(load|require)(-.*)?$/)];
  const all = modules === undefined || isTrue(setting(modules, 'autoload'));
  return (module) => !no.has(module) && (all || yes.has(module));
}

/** What other places than the files hold, which an audit of files does not see. */
function elsewhere(conf: (name: string) => Section[], dialplan: Dialplan): Unread[] {
  const tables = conf('extconfig.conf')
    .filter((s) => s.name === 'settings')
    .flatMap((s) => s.entries)
    .filter((e) => TABLES.test(e.name))
    .map((e) => ({ file: e.file, line: e.line, why: `${e.name} is held by ${e.value.split(',')[0]}, not by files` }));
  const wizards = conf('sorcery.conf')
    .flatMap((s) => s.entries)
    .filter((e) => /^realtime\b/.test(e.value))
    .map((e) => ({ file: e.file, line: e.line, why: `${e.name} is held by a database, not by files` }));
  const switches = [...dialplan.contexts.values()].flatMap(({ name, switches: all }) =>
    all.map(({ to, file, line }) => ({ file, line, why: `[${name}] takes extensions from ${to.split('/')[0]}` })),
  );
  return [...tables, ...wizards, ...switches];
}

/** Reads everything that the checks look at. */
export function readPbx(dir: string): Pbx {
  const reading = newReading(dir);
  const known = new Map<string, Section[]>();
  const read = (name: string): Section[] => {
    const sections = known.get(name) ?? readConf(reading, name);
    known.set(name, sections);
    return sections;
  };
  const loads = loader(read('modules.conf'));
  const conf = (name: string): Section[] => {
    const module = MODULES[name];
    return module === undefined || loads(module) ? read(name) : [];
  };
  const pjsip = pjsipObjects(conf('pjsip.conf'), conf('pjsip_wizard.conf'));
  const endpoints = [
    ...pjsipEndpoints(pjsip),
    ...peers('SIP', conf('sip.conf')),
    ...peers('IAX2', conf('iax.conf')),
    ...dahdiLines(conf('chan_dahdi.conf')),
  ];
  const dialplan = readDialplan(conf('extensions.conf'));
  reading.unread.push(...elsewhere(conf, dialplan));
  const phones = phonesOf(endpoints);
  return { reading, conf, pjsip, endpoints, phones, dialplan, walk: walker(dialplan, phones) };
}
