#!/usr/bin/env -S node --max-semi-space-size=8
import { realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/error.ts';
import { askOnTerminal } from './ask.ts';
import { auditCommand } from './audit.ts';
import { blockCommand, unblockCommand } from './block.ts';
import { callsCommand } from './calls.ts';
import { checkCommand } from './check.ts';
import type { Cli, MakeCommand } from './command.ts';
import { confirmCommand } from './confirm.ts';
import { doctorCommand } from './doctor.ts';
import { extensionsCommand } from './extensions.ts';
import { fallbackCommand } from './fallback.ts';
import { incidentsCommand } from './incidents.ts';
import { initCommand } from './init.ts';
import { CommandError, type Io, STATUS } from './io.ts';
import { learnCommand } from './learn.ts';
import { limitsCommand } from './limits.ts';
import { modeCommand } from './mode.ts';
import { networksCommand } from './networks.ts';
import { notifyCommand } from './notify.ts';
import { outboxCommand } from './outbox.ts';
import { prefixesCommand } from './prefixes.ts';
import { pruneCommand } from './prune.ts';
import { ratesCommand } from './rates.ts';
import { removeCommand } from './remove.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { scansCommand } from './scans.ts';
import { serveCommand } from './serve.ts';
import { upgradeCommand } from './upgrade.ts';
import { VERSION } from './version.ts';

/** Every command of `dialwarden`, in the order of its help. */
const COMMANDS: MakeCommand[] = [
  serveCommand,
  initCommand,
  doctorCommand,
  checkCommand,
  learnCommand,
  replayCommand,
  callsCommand,
  incidentsCommand,
  scansCommand,
  notifyCommand,
  outboxCommand,
  reportCommand,
  pruneCommand,
  blockCommand,
  unblockCommand,
  confirmCommand,
  limitsCommand,
  extensionsCommand,
  networksCommand,
  prefixesCommand,
  ratesCommand,
  modeCommand,
  fallbackCommand,
  auditCommand,
  upgradeCommand,
  removeCommand,
];

function program(cli: Cli): Command {
  const root = new Command('dialwarden')
    .description('Answers allow, warn or block for every outbound call of a PBX.')
    .version(VERSION)
    .option('--config <file>', 'configuration file')
    .option('--data <dir>', 'data directory')
    .exitOverride()
    .configureOutput({ writeOut: cli.io.out, writeErr: cli.io.err });
  for (const make of COMMANDS) root.addCommand(make(cli));
  return root;
}

/**
 * Runs one command. `argv` is without the interpreter and the script. Returns the exit code: 0 done, 1 failed, 2 wrong
 * use or wrong configuration; `check` also 10 (warn) and 20 (block), `audit` 10, 20 or 30 by its worst finding. What went wrong is one line on stderr.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const cli: Cli = { io, status: STATUS.ok };
  try {
    await program(cli).parseAsync([...argv], { from: 'user' });
    return cli.status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? STATUS.ok : STATUS.usage;
    io.err(`${error instanceof ConfigError ? '' : 'dialwarden: '}${(error as Error).message}\n`);
    if (error instanceof ConfigError) return STATUS.usage;
    return error instanceof CommandError ? error.status : STATUS.failed;
  }
}

function processIo(): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    terminal: process.stderr.isTTY ? process.stderr : null,
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask: askOnTerminal }),
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
    who: process.env.SUDO_USER || userInfo().username,
  };
}

const started = process.argv[1];
if (started && realpathSync(started) === fileURLToPath(import.meta.url)) {
  // A reader that has gone (`dialwarden calls | head`) is no error.
  process.stdout.on('error', () => process.exit(STATUS.ok));
  process.exitCode = await main(process.argv.slice(2), processIo());
}
