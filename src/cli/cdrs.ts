import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Settings } from '../guard/settings.ts';
import { policyOfCall } from '../guard/sites.ts';
import { type CdrFormat, type CdrsRead, readCdrs } from '../replay/read-cdrs.ts';
import { CommandError, type Io, STATUS } from './io.ts';
import { startProgress } from './progress.ts';

/** Adds what `learn` and `replay` have in common. */
export const withCdrOptions = (command: Command): Command =>
  command
    .argument('<cdr...>', 'CDR files of cdr_csv, plain or gzip, in any order')
    .option('--format <pbx>', 'asterisk or freeswitch (default: told by the file)');

function formatOption(format: string | undefined): CdrFormat | null {
  if (format === undefined || format === 'asterisk' || format === 'freeswitch') return format ?? null;
  throw new CommandError(`"${format}" is no format: asterisk or freeswitch`, STATUS.usage);
}

/** Reads CDR files with a bar on the terminal, and says on stderr what could not be read. */
export async function readWithProgress(
  io: Io,
  settings: Settings,
  files: string[],
  format: string | undefined,
): Promise<CdrsRead> {
  const bar = startProgress(io, 'reading');
  try {
    const paths = files.map((file) => resolve(io.cwd, file));
    const policyOf = (ext: string, context: string) => policyOfCall(settings, ext, context);
    const options = { format: formatOption(format), policyOf, progress: bar.at };
    const read = await readCdrs(paths, options);
    bar.stop();
    for (const bad of read.badRows) io.err(`${bad}\n`);
    if (read.bad > read.badRows.length) io.err(`and ${read.bad - read.badRows.length} more rows that cannot be read\n`);
    return read;
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw code ? new CommandError(`cannot read ${path ?? 'the CDR file'} (${code})`) : error;
  } finally {
    bar.stop();
  }
}
