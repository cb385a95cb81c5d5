import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { policyOfSite } from '../guard/sites.ts';
import { type PackParts, packHtml, packJson } from '../report/dispute-pack.ts';
import * as blocks from '../store/sqlite/blocks.ts';
import { chainFrom, head, verifyChain } from '../store/sqlite/incident-log.ts';
import * as incidents from '../store/sqlite/incidents.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { printJson } from './print.ts';
import { rowNumber, type State, withState } from './state.ts';
import { VERSION } from './version.ts';

interface ExportOptions extends CommonOptions {
  out?: string;
}

function partsOf({ db, config }: State, id: number, at: number): PackParts {
  const found = incidents.get(db, id);
  if (!found) throw new CommandError(`there is no incident ${id}; see \`dialwarden incidents\``);
  const { log: _log, callRows, ...incident } = found;
  const { timezone, currency } = policyOfSite(config.settings, incident.site);
  return {
    incident,
    calls: callRows,
    blocks: blocks.list(db, { all: true }).filter((b) => b.incident === id),
    ...chainFrom(db, id),
    head: head(db),
    intact: verifyChain(db).broken === null,
    timezone,
    currency,
    version: VERSION,
    at,
  };
}

/** `dialwarden incidents export`: what a carrier or an insurer wants to see. */
export function exportCommand(cli: Cli): Command {
  return command(cli, 'export', {
    does: 'Write the dispute pack of an incident: one HTML file to print and one JSON, with calls, verdicts and hashes.',
    examples: ['incidents export 7', 'incidents export 7 --out /tmp/dispute'],
  })
    .argument('<id>', 'its number')
    .option('--out <dir>', 'folder for the two files', '.')
    .action((text: string, _options, self: Command) => {
      const options = self.optsWithGlobals<ExportOptions>();
      const id = rowNumber(text, 'an incident');
      const write = (state: State) => {
        const parts = state.db.transaction(() => partsOf(state, id, cli.io.now()))();
        const json = packJson(parts);
        const digest = createHash('sha256').update(json).digest('hex');
        const folder = resolve(cli.io.cwd, options.out ?? '.');
        const files = [join(folder, `incident-${id}.html`), join(folder, `incident-${id}.json`)] as const;
        try {
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          writeFileSync(files[0], packHtml(parts, digest), { mode: 0o600 });
          writeFileSync(files[1], json, { mode: 0o600 });
        } catch (error) {
          throw new CommandError(`cannot write to ${folder} (${(error as NodeJS.ErrnoException).code})`);
        }
        if (options.json) printJson(cli.io, [{ id, html: files[0], json: files[1], sha256: digest }]);
        else cli.io.out(files.map((file) => `${file}\n`).join(''));
      };
      return withState(cli, options, write, { readonly: true });
    });
}

/** `dialwarden incidents verify`: was anything in the log changed, or cut off since a mail was sent? */
export function verifyCommand(cli: Cli): Command {
  return command(cli, 'verify', {
    does: "Check that no line of the incidents' log was changed, and that it holds what a mail said. Exit code 1 if not.",
    examples: ['incidents verify', 'incidents verify --line 42 --hash 9f86d0...'],
  })
    .option('--line <number>', 'the line that a mail names')
    .option('--hash <hex>', 'its SHA-256 in that mail')
    .action((_options, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions & { line?: string; hash?: string }>();
      if ((options.line === undefined) !== (options.hash === undefined)) {
        throw new CommandError('--line and --hash go together', STATUS.usage);
      }
      const line = options.line === undefined ? null : rowNumber(options.line, 'a line');
      return withState(
        cli,
        options,
        ({ db }) => {
          const { lines, broken } = verifyChain(db);
          const hash =
            line === null ? undefined : db.prepare('SELECT hash FROM incident_log WHERE id = ?').pluck().get(line);
          const missing = line !== null && hash !== options.hash?.toLowerCase();
          if (broken !== null || missing) cli.status = STATUS.failed;
          if (options.json) return printJson(cli.io, [{ lines, broken, ...(line !== null && { holds: !missing }) }]);
          if (broken !== null) cli.io.out(`line ${broken} is not what was written\n`);
          else cli.io.out(`${lines} lines, all as they were written\n`);
          if (missing) cli.io.out(`line ${line} is not the one in that mail: the log was changed or cut off\n`);
        },
        { readonly: true },
      );
    });
}
