import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { auditAsterisk, isAsterisk } from '../audit/asterisk/index.ts';
import { keyOf, newSince, readBaseline, writeBaseline } from '../audit/baseline.ts';
import { type Audit, type Finding, rank, SEVERITIES, type Severity, type Unread } from '../audit/finding.ts';
import { auditFreeswitch, isFreeswitch } from '../audit/freeswitch/index.ts';
import { auditHost } from '../audit/host/index.ts';
import { printable } from '../process/log.ts';
import { type Cli, type CommonOptions, command, surroundings } from './command.ts';
import { CommandError, type Io, STATUS } from './io.ts';
import { printJson } from './print.ts';

/** Where packages put a PBX's configuration. */
const USUAL = [
  '/etc/asterisk',
  '/etc/freeswitch',
  '/usr/local/freeswitch/conf',
  '/usr/local/freeswitch/etc/freeswitch',
];

/** The exit code by the worst finding; 1 and 2 are a failed and a misused command, as everywhere. */
const EXIT: Record<Severity, number> = { low: 0, medium: 10, high: 20, critical: 30 };

interface AuditOptions extends CommonOptions {
  host?: boolean;
  baseline?: string;
  writeBaseline?: boolean;
  minSeverity: Severity;
}

/** A folder's PBX, whichever it is; null where it is none. */
function auditFolder(dir: string): Audit | null {
  // FreeSWITCH's own example has an extensions.conf as well.
  if (isFreeswitch(dir)) return auditFreeswitch(dir);
  return isAsterisk(dir) ? auditAsterisk(dir) : null;
}

/** The folder that a path is or lies in. */
function folderOf(path: string, cwd: string): string {
  const full = resolve(cwd, path);
  if (!existsSync(full)) throw new CommandError(`${path} is not there`, STATUS.usage);
  return statSync(full).isDirectory() ? full : dirname(full);
}

/** The PBXs of all paths; a folder that is named twice, or by a link as well, is one. */
function auditPaths(paths: readonly string[], cwd: string): Audit[] {
  const seen = new Set<string>();
  return paths.flatMap((path): Audit[] => {
    const dir = folderOf(path, cwd);
    const real = realpathSync(dir);
    if (seen.has(real)) return [];
    seen.add(real);
    const found = auditFolder(dir);
    if (!found) throw new CommandError(`${path} holds no configuration of Asterisk or FreeSWITCH`, STATUS.usage);
    return [found];
  });
}

function folders(paths: readonly string[]): readonly string[] {
  if (paths.length > 0) return paths;
  const there = USUAL.filter((dir) => existsSync(dir));
  if (there.length > 0) return there;
  throw new CommandError(
    `no PBX configuration in ${USUAL.join(', ')}: name its folder, such as dialwarden audit /etc/asterisk`,
  );
}

function place({ file, line }: { file: string | null; line: number | null }): string {
  return file === null ? 'this host' : line === null ? file : `${file}:${line}`;
}

function show(io: Io, findings: readonly Finding[], unread: readonly Unread[]): void {
  for (const f of findings) {
    const lines = [`${f.severity.toUpperCase()}  ${place(f)}  ${f.code}`, f.text, `Why: ${f.why}`, `Fix: ${f.fix}`];
    io.out(`${lines.map(printable).join('\n    ')}\n\n`);
  }
  if (unread.length === 0) return;
  io.out('Not looked at:\n');
  for (const u of unread) io.out(`    ${printable(`${place(u)} ${u.why}`)}\n`);
  io.out('\n');
}

function summary(findings: readonly Finding[], known: number, files: number): string {
  const counts = SEVERITIES.map((s) => [findings.filter((f) => f.severity === s).length, s] as const);
  const said = counts.filter(([n]) => n > 0).map(([n, s]) => `${n} ${s}`);
  const old = known > 0 ? `; ${known} known from the baseline` : '';
  return `${files} files read: ${said.length > 0 ? said.join(', ') : 'no finding'}${old}\n`;
}

function audit(cli: Cli, paths: readonly string[], options: AuditOptions): void {
  const { io } = cli;
  // It needs none, but whoever names one should not be deceived.
  if (options.config !== undefined) surroundings(cli, options);
  if (options.writeBaseline && options.baseline === undefined) {
    throw new CommandError('say where to write: --baseline FILE --write-baseline', STATUS.usage);
  }
  const audits = auditPaths(folders(paths), io.cwd);
  if (options.host ?? paths.length === 0) audits.push(auditHost());
  const all = audits.flatMap((a) => a.findings).sort((a, b) => rank(a.severity) - rank(b.severity));
  const file = options.baseline === undefined ? null : resolve(io.cwd, options.baseline);
  const writes = file !== null && options.writeBaseline;
  const unknown = writes ? [] : file === null ? all : newSince(readBaseline(file), all);
  const fresh = unknown.filter((f) => rank(f.severity) <= rank(options.minSeverity));
  const unread = audits.flatMap((a) => a.unread);
  if (options.json) {
    printJson(
      io,
      fresh.map((f) => ({ kind: 'finding', ...f, key: keyOf(f) })),
    );
    printJson(
      io,
      unread.map((u) => ({ kind: 'unread', ...u })),
    );
  } else show(io, fresh, unread);
  const files = audits.reduce((sum, a) => sum + a.files, 0);
  if (files === 0) throw new CommandError('nothing could be read: run it as root or as the user of the PBX');
  // Not before: a run that could read nothing leaves what was known.
  if (writes) writeBaseline(file, all);
  io.err(summary(fresh, all.length - unknown.length, files));
  cli.status = EXIT[fresh[0]?.severity ?? 'low'];
}

/** `dialwarden audit`: weaknesses of the PBX's own configuration and of this host. Reads, and changes nothing. */
export function auditCommand(cli: Cli): Command {
  return command(cli, 'audit', {
    does: 'Look through the PBX configuration and this host for what lets strangers call at your cost. Changes nothing.',
    examples: [
      'audit',
      'audit /etc/asterisk --min-severity high',
      'audit --baseline /var/lib/dialwarden/audit.json --write-baseline',
      'audit --baseline /var/lib/dialwarden/audit.json --json',
    ],
  })
    .argument('[path...]', `folders of Asterisk or FreeSWITCH (default: ${USUAL.join(', ')})`)
    .option('--host', 'also look what listens on this machine (default where no path is given)')
    .option('--no-host', 'only look through the files')
    .option('--baseline <file>', 'tell only what this file does not know')
    .option('--write-baseline', 'take what is found now as known, into the baseline file')
    .addOption(
      new Option('--min-severity <severity>', 'leave out what is less').choices([...SEVERITIES]).default('low'),
    )
    .addHelpText(
      'after',
      '\nExit code: 0 nothing or only low, 10 medium, 20 high, 30 critical; 1 failed, 2 wrong use.\n',
    )
    .action((paths: string[], _options, self: Command) => audit(cli, paths, self.optsWithGlobals<AuditOptions>()));
}
