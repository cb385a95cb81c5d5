import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from './fitting.ts';

/** A file of the package, one character a byte. `path` is relative to the package. */
export const packaged = (path: string): string => readFileSync(join(PACKAGE, path), 'latin1');

/** Text of our own, one character a byte, as files are compared and written here. */
export const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** The other way: for people. */
export const readable = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');
