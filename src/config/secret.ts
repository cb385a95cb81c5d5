import { readFileSync } from 'node:fs';

/**
 * A secret named by a file or by an environment variable, so that it never stands in the configuration itself.
 * Returns null when neither is given. Throws an Error that never holds the secret.
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
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${name}_file: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`);
  }
}
