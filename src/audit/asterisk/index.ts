import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Audit } from '../finding.ts';
import { CHECKS } from './checks/index.ts';
import { readPbx } from './pbx.ts';

/** Files of which an Asterisk has at least one. */
const MARKS = ['asterisk.conf', 'extensions.conf', 'pjsip.conf', 'sip.conf', 'manager.conf'];

/** Whether a folder is an Asterisk's configuration. */
export const isAsterisk = (dir: string): boolean => MARKS.some((name) => existsSync(join(dir, name)));

/** Dialplans in other languages, which Asterisk loads beside extensions.conf. */
const OTHER: [name: string, what: string][] = [
  ['extensions.ael', 'is a dialplan in AEL'],
  ['extensions.lua', 'is a dialplan in Lua'],
];

/** Looks through the configuration in a folder (`/etc/asterisk`); reads files, and changes nothing. */
export function auditAsterisk(dir: string): Audit {
  const pbx = readPbx(dir);
  const findings = CHECKS.flatMap((check) => check(pbx));
  const { unread, files } = pbx.reading;
  const others = OTHER.filter(([name]) => existsSync(join(dir, name))).map(([name, what]) => ({
    file: join(dir, name),
    line: null,
    why: `${what}, which is not followed`,
  }));
  return { findings, unread: [...unread, ...others], files: files.size };
}
