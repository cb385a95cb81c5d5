import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';

/** No PBX has a configuration file near this size. */
const MAX_BYTES = 16 * 1024 * 1024;

export type TextOf = { text: string; missing: false } | { why: string; missing: boolean };

function explain(error: unknown, file: string): { why: string; missing: boolean } {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    if (lstatSync(file, { throwIfNoEntry: false }))
      return { why: 'is a link to a file that is not there', missing: false };
    return { why: 'is not there', missing: true };
  }
  if (code === 'ENOTDIR') return { why: 'is not there', missing: true };
  if (code === 'EACCES' || code === 'EPERM') return { why: 'may not be read; run as root', missing: false };
  return { why: `cannot be read (${code ?? 'unknown error'})`, missing: false };
}

/**
 * The text of a configuration file, or why there is none. Never waits (a FIFO is not opened for long, a device not read) and
 * never takes more than 16 MB.
 */
export function readText(file: string): TextOf {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return explain(error, file);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return { why: stat.isDirectory() ? 'is a folder' : 'is no ordinary file', missing: false };
    if (stat.size > MAX_BYTES) return { why: `is larger than ${MAX_BYTES / 1024 / 1024} MB`, missing: false };
    const text = readFileSync(fd, 'utf8');
    if (text.includes('\0')) return { why: 'is no text', missing: false };
    return { text: text.replace(/^\uFEFF/, ''), missing: false };
  } catch (error) {
    return explain(error, file);
  } finally {
    closeSync(fd);
  }
}
