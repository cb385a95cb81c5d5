import { chownSync, existsSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../process/make-folder.ts';
import { unifiedDiff } from './diff.ts';
import type { Edit, Fitting, OwnFile } from './fitting.ts';
import { readable } from './packaged.ts';
import { type Found, keepCopy, type Owner, readPlain, removePlain, replacePlain } from './place.ts';

/** What is to become of one file. `after` null: it goes. */
export interface Change {
  path: string;
  before: Found | null;
  after: string | null;
  /** Whose the file will be where it is new. */
  owner: Owner;
  /** It is not ours alone, or was changed by its owner: a copy stays beside it. */
  keepOld: boolean;
}

export type Kind = 'create' | 'edit' | 'remove';

export const kindOf = ({ before, after }: Change): Kind =>
  after === null ? 'remove' : before === null ? 'create' : 'edit';

const ROOT: Owner = { uid: 0, gid: 0, mode: 0o644 };

/** Owner and mode of what stands at `path`, for a file beside it; of a folder without its x. */
function ownerLike(path: string): Owner {
  if (!existsSync(path)) return ROOT;
  const { uid, gid, mode } = statSync(path);
  return { uid, gid, mode: mode & 0o666 };
}

/** What puts a file of ours in its place; null where it is there already. */
export function fileChange({ path, text }: OwnFile, owner: Owner): Change | null {
  const before = readPlain(path);
  return before?.text === text ? null : { path, before, after: text, owner, keepOld: true };
}

/** What takes a file of ours away; null where there is none. */
export function removal({ path, text }: OwnFile): Change | null {
  const before = readPlain(path);
  return before && { path, before, after: null, owner: before, keepOld: before.text !== text };
}

function editChange(path: string, change: (text: string) => string, like: Owner): Change | null {
  const before = readPlain(path);
  const after = change(before?.text ?? '');
  return after === (before?.text ?? '') ? null : { path, before, after, owner: before ?? like, keepOld: true };
}

const present = <T>(changes: (T | null)[]): T[] => changes.filter((change) => change !== null);

/** What fits the guard into a PBX: first its own files, then what leads to them. */
export function fittingChanges({ files, edits, like }: Fitting): Change[] {
  const owner = ownerLike(like);
  return present([
    ...files.map((file) => fileChange(file, owner)),
    ...edits.map(({ path, wire }: Edit) => editChange(path, wire, owner)),
  ]);
}

/** The same for files that are there: what is not installed stays so. */
export const renewals = (files: readonly OwnFile[]): Change[] =>
  present(files.map((file) => (existsSync(file.path) ? fileChange(file, ownerLike(file.path)) : null)));

/** What takes the guard out of a PBX: first what leads to its files, then these. */
export function unfittingChanges({ files, edits, like }: Fitting): Change[] {
  return present([
    ...edits.map(({ path, unwire }) => editChange(path, unwire, ownerLike(like))),
    ...[...files].reverse().map(removal),
  ]);
}

/** The text of a file as it will be when the changes are made. */
export function textAfter(changes: readonly Change[]): (path: string) => string {
  return (path) => {
    const change = changes.find((c) => c.path === path);
    return change ? (change.after ?? '') : (readPlain(path)?.text ?? '');
  };
}

/** The change for people: a diff where there was a file, else one line. */
export function shown(change: Change): string {
  const { path, before, after } = change;
  if (after === null)
    return `${path}: goes away${change.keepOld ? ', kept as .bak: it is not as dialwarden wrote it' : ''}\n`;
  if (before === null) return `${path}: new, ${after.split('\n').length - 1} lines\n`;
  return unifiedDiff(path, readable(before.text), readable(after));
}

/** Makes one change. Returns the copy of what was there; null where none was kept. */
export function apply({ path, before, after, owner, keepOld }: Change): string | null {
  const copy = before && keepOld ? keepCopy(path, before) : null;
  if (after === null) {
    removePlain(path);
    const folder = dirname(path);
    if (folder.endsWith('/dialwarden') && readdirSync(folder).length === 0) rmdirSync(folder);
    return copy;
  }
  makeFolderLike(dirname(path));
  replacePlain(path, after, before ?? owner);
  return copy;
}

/** A missing folder, of the owner of the one that it lies in. */
function makeFolderLike(path: string): void {
  if (existsSync(path)) return;
  makeFolder(path, 0o755);
  const { uid, gid } = statSync(dirname(path));
  if (process.geteuid!() === 0) chownSync(path, uid, gid);
}
