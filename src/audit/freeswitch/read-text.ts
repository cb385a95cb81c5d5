import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of one configuration file beyond which it is not read: the largest directories in use stay well below. */
export const MAX_FILE = 16 * 1024 * 1024;

const WHY: Record<string, string> = {
  ENOENT: 'it is not there',
  EACCES: 'it may not be read: run the audit as root or as the PBX user',
  EPERM: 'it may not be read: run the audit as root or as the PBX user',
  ELOOP: 'its symbolic links go round in a circle',
  ENXIO: 'it is not a regular file',
};

function readAll(fd: number, size: number): string {
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const got = readSync(fd, buffer, length, size - length, null);
    if (got === 0) break;
    length += got;
  }
  return buffer.toString('utf8', 0, length);
}

function readOpen(fd: number): { text: string } | { why: string } {
  const stat = fstatSync(fd);
  if (!stat.isFile()) return { why: 'it is not a regular file' };
  if (stat.size > MAX_FILE) return { why: `it is larger than ${MAX_FILE / 1024 / 1024} MB` };
  const text = readAll(fd, stat.size);
  return text.includes('\0') ? { why: 'it is binary' } : { text };
}

/** The text of a regular file, or in one clause why it was not read. Never waits: a FIFO is refused, not opened for good. */
export function readText(file: string): { text: string } | { why: string } {
  let fd: number | null = null;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    return readOpen(fd);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { why: WHY[code ?? ''] ?? `it could not be read (${code ?? message})` };
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
