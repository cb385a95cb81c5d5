import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

const LONGEST = 64 * 1024;
/** What the group and everybody else may do. */
const OTHERS = 0o077;

/** Reads a secret of a table: the file or variable that `KEY_file` or `KEY_env` names; null where neither stands there. */
export type Secret = (table: 'agi' | 'ami' | 'esl' | 'smtp' | 'webhook' | 'unblock', key: string) => string | null;

/**
 * A secret named by a file or by an environment variable, so that it never stands in the configuration itself.
 * A file has to be its owner's alone (0600 or 0400). Returns null when neither is given. Throws an Error that never holds the
 * secret.
 */
export function readSecret(
  name: string,
  file: string | undefined,
  variable: string | undefined,
  env: NodeJS.ProcessEnv,
): string | null {
  if (file !== undefined && variable !== undefined) throw new Error(`has both ${name}_file and ${name}_env; keep one`);
  if (file === undefined && variable === undefined) return null;
  const secret = (file !== undefined ? contents(name, file) : (env[variable!] ?? '')).trim();
  if (secret === '') {
    const where = file !== undefined ? `the file ${file} is empty` : `the environment has no ${variable}`;
    throw new Error(`${name}_${file !== undefined ? 'file' : 'env'}: ${where}`);
  }
  return secret;
}

function contents(name: string, file: string): string {
  let fd: number;
  try {
    // A pipe would keep us waiting for its writer.
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new Error(`${name}_file: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > LONGEST) throw new Error(`${name}_file: ${file} is no file that holds a secret`);
    if (stat.mode & OTHERS) throw new Error(`${name}_file: others may read or write ${file}: chmod 600 ${file}`);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}
