import { apply, type Change, kindOf, shown } from '../install/change.ts';
import { Untrusted } from '../install/place.ts';
import { printable } from '../process/log.ts';
import type { Cli, CommonOptions } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { printJson } from './print.ts';

export interface InstallOptions extends CommonOptions {
  yes?: boolean;
  root?: string;
  pbx?: string;
}

const DENIED = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Runs a part that reads and writes the machine's files, and says in words what it may not. */
export function withRights<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (error instanceof Untrusted) throw new CommandError(message);
    if (code === undefined || !DENIED.has(code)) throw error;
    throw new CommandError(`${path ?? 'a file'} is closed to this user (${code}): run it as root`);
  }
}

/** Shows what is about to happen and asks, unless `--yes` answers. Throws CommandError where the answer is no. */
export async function consent(
  { io }: Cli,
  { yes, json }: InstallOptions,
  changes: readonly Change[],
  more: readonly string[],
): Promise<void> {
  const say = json ? io.err : io.out;
  for (const line of changes.flatMap((change) => shown(change).trimEnd().split(/\r?\n/))) {
    say(`${printable(line.replaceAll('\t', '    '))}\n`);
  }
  for (const line of more) say(`${line}\n`);
  if (yes) return;
  if (!io.ask) throw new CommandError('nothing was changed: --yes makes these changes', STATUS.failed);
  const answer = await io.ask('\nMake these changes? [y/N] ');
  if (!/^y(es)?$/i.test(answer)) throw new CommandError('nothing was changed', STATUS.failed);
}

const DONE = { create: 'written', edit: 'changed', remove: 'removed' };

/** Tells of a change that was made; `copy`: where the file is as it was. */
export function tellDone(
  { io }: Cli,
  { json }: InstallOptions,
  change: keyof typeof DONE,
  path: string,
  copy: string | null,
): void {
  if (json) printJson(io, [{ path, change, copy }]);
  else io.out(`${DONE[change]}  ${path}${copy ? `  (as it was: ${copy})` : ''}\n`);
}

/** Makes the changes in their order and tells of each. */
export function carryOut(cli: Cli, options: InstallOptions, changes: readonly Change[]): void {
  for (const change of changes) {
    const copy = withRights(() => apply(change));
    tellDone(cli, options, kindOf(change), change.path, copy);
  }
}

/** What the administrator does next. */
export function tellNext(
  { io }: Cli,
  { json }: InstallOptions,
  byHand: readonly string[],
  next: readonly string[],
): void {
  if (json) {
    printJson(io, [{ byHand, next }]);
    return;
  }
  for (const line of byHand) io.out(`\n${line}\n`);
  if (next.length > 0) io.out(`\nNext:\n${next.map((line) => `    ${line}\n`).join('')}`);
}
