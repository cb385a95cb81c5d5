import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const SYSTEM = '/var/lib/dialwarden';

/** Where the data is: `--data`, else DIALWARDEN_DATA, else /var/lib/dialwarden if it exists, else ./var. */
export function dataDirectory(named: string | undefined, env: NodeJS.ProcessEnv, cwd: string): string {
  const explicit = named ?? (env.DIALWARDEN_DATA || undefined);
  if (explicit !== undefined) return resolve(cwd, explicit);
  return existsSync(SYSTEM) ? SYSTEM : resolve(cwd, 'var');
}
