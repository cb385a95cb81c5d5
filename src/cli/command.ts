import { Command } from 'commander';
import { type Config, findConfig, loadConfig } from '../config/load.ts';
import { dataDirectory } from './data-dir.ts';
import type { Io } from './io.ts';

/** What every command gets: its surroundings, and what it answers with. */
export interface Cli {
  io: Io;
  /** The exit code; 0 unless a command says otherwise. */
  status: number;
}

export interface CommonOptions {
  config?: string;
  data?: string;
  json?: boolean;
}

/** A command as `main` lists it. */
export type MakeCommand = (cli: Cli) => Command;

export interface CommandText {
  /** What it does, in one sentence. */
  does: string;
  /** Lines to try, without the leading `dialwarden`. */
  examples: string[];
  /** It prints, and can print JSON. */
  json?: boolean;
}

/** A commander command with what all of ours have: `--config`, `--data`, `--json`, examples, and no exit of its own. */
export function command(cli: Cli, name: string, { does, examples, json = true }: CommandText): Command {
  const made = new Command(name)
    .description(does)
    .option('--config <file>', 'configuration file')
    .option('--data <dir>', 'data directory')
    .addHelpText('after', `\nExample:\n${examples.map((e) => `  dialwarden ${e}\n`).join('')}`)
    .exitOverride()
    .configureOutput({ writeOut: cli.io.out, writeErr: cli.io.err });
  if (json) made.option('--json', 'one JSON object a line');
  return made;
}

export interface Surroundings {
  dataDir: string;
  config: Config;
}

/** The data directory and the configuration that options and environment lead to. Throws ConfigError. */
export function surroundings({ io }: Cli, options: CommonOptions): Surroundings {
  const dataDir = dataDirectory(options.data, io.env, io.cwd);
  return { dataDir, config: loadConfig(findConfig(options.config, dataDir, io.env, io.cwd), io.env) };
}
