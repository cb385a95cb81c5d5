import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Audit } from '../../src/audit/finding.ts';

/** Text by path inside a folder. */
export type Files = Record<string, string>;

/** Writes files below a folder. */
export function write(dir: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

/** What `use` makes of a folder with these files, which is then removed. */
export function inFolder<T>(files: Files, use: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'dw-audit-'));
  try {
    write(dir, files);
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** An audit of files below a folder, with their paths relative to it. */
export function relative({ findings, unread, files }: Audit, dir: string): Audit {
  const near = <T extends { file: string | null }>(x: T): T => ({
    ...x,
    file: x.file?.startsWith(dir) ? x.file.slice(dir.length + 1) : x.file,
  });
  return { findings: findings.map(near), unread: unread.map(near), files };
}
