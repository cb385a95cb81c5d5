import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCdrs } from '../../src/replay/read-cdrs.ts';
import type { Suite } from '../support/suite.ts';
import { policyOf } from './policy.ts';

export const au = policyOf('AU', 'Australia/Sydney');

/** Writes CDR files into a folder that goes with the tests, and reads them. */
export function cdrFiles(test: Pick<Suite<object>, 'after'>) {
  const dir = mkdtempSync(join(tmpdir(), 'dialwarden-cdr-'));
  test.after(() => rmSync(dir, { recursive: true }));
  let files = 0;
  function file(text: string | Buffer): string {
    const path = join(dir, `Master-${++files}.csv`);
    writeFileSync(path, text);
    return path;
  }
  async function read(text: string | Buffer, policy = au, format: 'asterisk' | 'freeswitch' | null = null) {
    const found = await readCdrs([file(text)], { format, policyOf: () => policy });
    return { ...found, list: [...found.calls.inTimeOrder()] };
  }
  return { file, read };
}

export interface Fields {
  account?: string;
  src?: string;
  dst?: string;
  context?: string;
  clid?: string;
  channel?: string;
  towards?: string;
  app?: string;
  data?: string;
  start?: string;
  duration?: number | string;
  billsec?: number;
  disposition?: string;
  tail?: string;
}
/** A line as cdr_csv writes it: text in quotes, numbers bare. */
export function line(f: Fields = {}): string {
  const start = f.start ?? '2026-11-02 10:00:00';
  const dst = f.dst ?? '0011442071838750';
  const text = [f.account ?? '', f.src ?? '214', dst, f.context ?? 'from-internal', f.clid ?? '"Ann" <214>'];
  text.push(f.channel ?? 'PJSIP/214-0000001a', f.towards ?? 'PJSIP/trunk-0000001b', f.app ?? 'Dial');
  text.push(f.data ?? `PJSIP/${dst}@trunk,60`, start, start, start);
  const q = (s: string) => `"${s.replaceAll('"', '""')}"`;
  const numbers = `${f.duration ?? 60},${f.billsec ?? 50}`;
  const tail = f.tail ?? ',"1793600000.12"';
  return `${text.map(q).join(',')},${numbers},"${f.disposition ?? 'ANSWERED'}","DOCUMENTATION"${tail}\n`;
}
