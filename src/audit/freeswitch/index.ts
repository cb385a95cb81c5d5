import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Audit, type Finding, rank } from '../finding.ts';
import { acl } from './acl.ts';
import { database } from './database.ts';
import { dialplanApps } from './dialplan-apps.ts';
import { eventSocket } from './event-socket.ts';
import { trunkPasswords } from './gateways.ts';
import { asConfig, type Check } from './model.ts';
import { passwords } from './passwords.ts';
import { sipProfiles } from './profile-checks.ts';
import { remoteControl } from './remote-control.ts';
import { routes } from './routes.ts';
import { readTree } from './tree.ts';
import { variables } from './variables.ts';
import { voicemail } from './voicemail.ts';

/** Where FreeSWITCH begins to read. */
const ROOT = 'freeswitch.xml';

/** The families of checks; findings of one severity stay in this order. */
const CHECKS: readonly Check[] = [
  variables,
  passwords,
  trunkPasswords,
  eventSocket,
  remoteControl,
  acl,
  sipProfiles,
  routes,
  dialplanApps,
  voicemail,
  database,
];

/** Whether a folder holds a FreeSWITCH configuration. */
export const isFreeswitch = (dir: string): boolean => existsSync(join(dir, ROOT));

/** Upwards by file and line. */
const byPlace = (a: Finding, b: Finding): number =>
  (a.file ?? '') < (b.file ?? '') ? -1 : (a.file ?? '') > (b.file ?? '') ? 1 : (a.line ?? 0) - (b.line ?? 0);

/**
 * Audits a FreeSWITCH configuration: `dir` is its folder (`/etc/freeswitch`). Nothing is run and nothing changed. Findings
 * come worst first, those of a family by file and line; what could not be read is listed, never guessed.
 */
export function auditFreeswitch(dir: string): Audit {
  const tree = readTree(join(dir, ROOT));
  if (tree.files === 0) return { findings: [], unread: tree.unread, files: 0 };
  const config = asConfig(tree);
  const findings = CHECKS.flatMap((check) => check(config).sort(byPlace));
  return {
    findings: findings.sort((a, b) => rank(a.severity) - rank(b.severity)),
    unread: config.unread,
    files: tree.files,
  };
}
