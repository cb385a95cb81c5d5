import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const LINKS = 40;
const LARGEST = 16 * 1024 * 1024;

/** Whom a file belongs to, and who may read it. */
export interface Owner {
  uid: number;
  gid: number;
  mode: number;
}

/** A file as it is: one character a byte, so that whatever its encoding, what is not changed stays as it was. */
export interface Found extends Owner {
  text: string;
}

/** A path leads over a link of somebody else, or to something that is no plain file. The message is one line. */
export class Untrusted extends Error {}

function statOf(at: string): Stats | null {
  try {
    return lstatSync(at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Opens the folder of `path` one step after the other and calls `use` with the file's name in it, by way of the open
 * folder: who can rename a folder on the way cannot lead us elsewhere meanwhile. Symbolic links are followed only where root or this process's
 * user made them. Throws Untrusted, or as open(2) does.
 */
function at<T>(path: string, use: (file: string) => T): T {
  const steps = resolve(path).split('/').filter(Boolean);
  let links = 0;
  let fd = openSync('/', O_RDONLY | O_DIRECTORY);
  const go = (to: string) => {
    const next = openSync(to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    closeSync(fd);
    fd = next;
  };
  try {
    for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
      const here = `/proc/self/fd/${fd}/${step}`;
      const stat = statOf(here);
      if (stat?.isSymbolicLink()) {
        if (stat.uid !== 0 && stat.uid !== process.geteuid!()) {
          throw new Untrusted(`${path} leads over a link that belongs to user ${stat.uid}: name the real file`);
        }
        if (++links > LINKS) throw new Untrusted(`${path} leads over too many links`);
        const target = readlinkSync(here);
        if (target.startsWith('/')) go('/');
        steps.unshift(...target.split('/').filter(Boolean));
      } else if (steps.length > 0) go(here);
      else return use(here);
    }
    throw new Untrusted(`${path} is a folder`);
  } finally {
    closeSync(fd);
  }
}

/** Reads a plain file; null where there is none. */
export function readPlain(path: string): Found | null {
  try {
    return at(path, (file) => {
      const fd = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        const { uid, gid, mode, nlink, size } = fstatSync(fd);
        if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new Untrusted(`${path} is no plain file`);
        if (nlink > 1) throw new Untrusted(`${path} has another name (a hard link): copy it to a file of its own`);
        if (size > LARGEST) throw new Untrusted(`${path} is larger than 16 MB`);
        return { text: readFileSync(fd, 'latin1'), uid, gid, mode: mode & 0o7777 };
      } finally {
        closeSync(fd);
      }
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function write(file: string, text: string, owner: Owner): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(fd, text, 'latin1');
    if (process.geteuid!() === 0) fchownSync(fd, owner.uid, owner.gid);
    fchmodSync(fd, owner.mode);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Puts a file in the place of what was there, in one step: nobody reads half of it. */
export function replacePlain(path: string, text: string, owner: Owner): void {
  at(path, (file) => {
    const fresh = `${file}.dialwarden-new`;
    rmSync(fresh, { force: true });
    write(fresh, text, owner);
    renameSync(fresh, file);
  });
}

/** Keeps a copy beside a file, as `NAME.bak`, `NAME.bak-2` and so on. Returns its path. */
export function keepCopy(path: string, { text, ...owner }: Found): string {
  for (let i = 1; ; i++) {
    const copy = `${path}.bak${i === 1 ? '' : `-${i}`}`;
    try {
      at(copy, (file) => write(file, text, owner));
      return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Takes a file away. */
export const removePlain = (path: string): void => at(path, (file) => rmSync(file));
