import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Fitting, namesIn, type OwnFile, PACKAGE, type Pbx } from './fitting.ts';
import { packaged } from './packaged.ts';

const ENTRY = '00_dialwarden.xml';

/** Contexts beside `default` that bridge calls: they need the entry as well, and only their owner knows whether calls go out there. */
function otherContexts(dialplan: string): string[] {
  const folders = namesIn(dialplan).filter((name) => !/\.|^(default|public|skinny-patterns|dialwarden)$/.test(name));
  return folders.map((name) => join(dialplan, name));
}

/** The entry asks about what the trunk gets: the outside line, digits that the routes take off, comes off there too. */
const behind = (outsideLine: string | null, entry: string): string =>
  outsideLine === null ? entry : entry.replace('expression="^(', `expression="^(?:${outsideLine})?(`);

/** FreeSWITCH reads every XML file of its dialplan's folders: nothing of its own has to change. */
export function freeswitchFitting({ kind, dir }: Pbx, fallback: string, outsideLine: string | null): Fitting {
  const dialplan = join(dir, 'dialplan');
  const vanilla = kind === 'freeswitch' && existsSync(join(dialplan, 'default'));
  const files: OwnFile[] = [
    { path: join(dialplan, 'dialwarden', 'site.xml'), text: fallback },
    { path: join(dialplan, 'dialwarden.xml'), text: packaged('dialplan/freeswitch/dialwarden.xml') },
  ];
  const entry = {
    path: join(dialplan, 'default', ENTRY),
    text: behind(outsideLine, packaged(`dialplan/freeswitch/${ENTRY}`)),
  };
  if (vanilla) files.push(entry);
  const guide = join(PACKAGE, 'dialplan/freeswitch');
  const fusion = `FusionPBX: put the two entries of ${join(guide, 'fusionpbx.xml')} into the Dialplan Manager (${join(guide, 'README.md')}); until then no call is asked about.`;
  const contexts = () => (kind === 'freeswitch' ? otherContexts(dialplan) : []);
  const more = () => contexts().map((context) => `If calls can go out from ${context}, copy ${entry.path} into it.`);
  const none = `There is no ${join(dialplan, 'default')}: copy ${join(guide, ENTRY)} into the context that dials out.`;
  const copies = () => contexts().map((context) => join(context, ENTRY));
  const noGateway = `Set the event socket's password for the guard ([esl] connect and password_file), so that it hears of the ends of calls.`;
  return {
    files,
    edits: [],
    like: dialplan,
    reload: "fs_cli -x 'reloadxml'",
    byHand: () => [...(kind === 'fusionpbx' ? [fusion] : vanilla ? more() : [none]), noGateway],
    stillAsking: () => copies().filter((path) => existsSync(path)),
  };
}
