import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The dialplan's files as the package brings them. */
export const PACKAGE = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export const PBX_KINDS = ['asterisk', 'freepbx', 'freeswitch', 'fusionpbx'] as const;
export type PbxKind = (typeof PBX_KINDS)[number];

/** A PBX on this machine, by the folder of its configuration. */
export interface Pbx {
  kind: PbxKind;
  dir: string;
}

/** A file of ours in a PBX's folder. */
export interface OwnFile {
  path: string;
  text: string;
}

/** A file of the PBX's that has to lead to ours. Both functions return what they got where there is nothing to do. */
export interface Edit {
  path: string;
  wire(text: string): string;
  unwire(text: string): string;
}

/** How the guard is fitted into a PBX. Nothing is read or written before somebody uses it. */
export interface Fitting {
  files: OwnFile[];
  edits: Edit[];
  /** The file whose owner and mode ours get. */
  like: string;
  /** What makes the PBX read its dialplan again. */
  reload: string;
  /** What has to be done by hand, in sentences; asked of the texts as they will be. */
  byHand(textOf: (path: string) => string): string[];
  /** Where calls are sent to the guard by lines that are not ours, and would be if it were gone. */
  stillAsking(textOf: (path: string) => string): string[];
}

const FREESWITCH = ['etc/freeswitch', 'usr/local/freeswitch/conf', 'usr/local/freeswitch/etc/freeswitch'];

/** The PBXs below `root` ('/' for this machine). A front end stands in for the PBX that it drives. */
export function findPbxs(root: string): Pbx[] {
  const there = (...path: string[]) => existsSync(join(root, ...path));
  const found: Pbx[] = [];
  if (there('etc/asterisk/extensions.conf')) {
    const freepbx = there('etc/freepbx.conf') || there('etc/asterisk/extensions_additional.conf');
    found.push({ kind: freepbx ? 'freepbx' : 'asterisk', dir: join(root, 'etc/asterisk') });
  }
  const conf = FREESWITCH.find((dir) => there(dir, 'dialplan'));
  if (conf !== undefined) {
    const fusion = there('etc/fusionpbx') || there('var/www/fusionpbx');
    found.push({ kind: fusion ? 'fusionpbx' : 'freeswitch', dir: join(root, conf) });
  }
  return found;
}

/** Names of a folder's files; none where there is no folder. */
export const namesIn = (dir: string): string[] => (existsSync(dir) ? readdirSync(dir).sort() : []);
