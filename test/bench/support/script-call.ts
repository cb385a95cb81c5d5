import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment } from './agi-call.ts';
import { type Caller, dialled } from './load.ts';

export const PYTHON = '/usr/bin/python3';
export const SCRIPT = fileURLToPath(new URL('agi-check.py', import.meta.url));

/** Runs the classic AGI script once, as Asterisk does: a process a call, the environment on its input, an answer a command. */
function run(database: string, serial: number): Promise<boolean> {
  const { ext, digits } = dialled(serial, true);
  return new Promise((resolve) => {
    const script = spawn(PYTHON, [SCRIPT, database, digits], { stdio: ['pipe', 'pipe', 'ignore'] });
    let allowed = false;
    script.stdout.on('data', (chunk) => {
      allowed ||= chunk.toString('latin1').includes('VERDICT "allow"');
      script.stdin.write('200 result=1\n');
    });
    script.stdin.on('error', () => undefined);
    script.on('error', () => resolve(false));
    script.on('close', (code) => resolve(allowed && code === 0));
    script.stdin.write(environment('check', serial, ext, digits, [digits]));
  });
}

/** A caller of the script with a database of its own, which `stop` removes. */
export function startScript(): { caller: Caller; stop(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'dw-bench-'));
  const caller: Caller = async (_port, serial) => {
    const begin = performance.now();
    const allowed = await run(join(dir, 'calls.db'), serial);
    return allowed ? performance.now() - begin : null;
  };
  return { caller, stop: () => rmSync(dir, { recursive: true }) };
}
