import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';
import { readConfig } from '../../src/config/load.ts';
import { openLedger, type SqliteLedger } from '../../src/store/sqlite/ledger.ts';

export interface Ran {
  status: number;
  out: string;
  err: string;
  /** Every line of `out` as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the command printed.
  json: any[];
}

/** Runs a command in this process, in a folder of its own, at a fixed time. */
export async function cli(
  dir: string,
  argv: string[],
  env: NodeJS.ProcessEnv = {},
  now = NOW,
  ask?: Io['ask'],
): Promise<Ran> {
  let out = '';
  let err = '';
  const status = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    terminal: null,
    env: { TZ: 'Europe/Berlin', DIALWARDEN_DATA: join(dir, 'data'), ...env },
    cwd: dir,
    now: () => now,
    who: 'tester',
    ...(ask && { ask }),
  });
  const lines = () => out.trim().split('\n').filter(Boolean);
  return {
    status,
    out,
    err,
    get json() {
      return lines().map((line) => JSON.parse(line));
    },
  };
}

/** The ledger of what `cli` runs in this folder, without a configuration. To be closed. */
export function ledgerIn(dir: string): SqliteLedger {
  const { settings } = readConfig('', null, { TZ: 'Europe/Berlin' });
  return openLedger({ file: join(dir, 'data', 'dialwarden.db'), policies: () => settings.sites[0]!.policy });
}

/** A Tuesday, 10:00 in Berlin. */
export const NOW = Date.parse('2026-11-24T09:00:00Z');

export function scratch(): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'dw-cli-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
