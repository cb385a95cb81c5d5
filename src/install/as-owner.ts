import { statSync } from 'node:fs';

/**
 * Runs `work` as the user whose folder it is, where root would have left files that this user cannot write, or could be led
 * astray by links in it. `work` must not wait.
 */
export function asOwner<T>(folder: string, work: () => T): T {
  const { uid, gid } = statSync(folder);
  if (process.geteuid!() !== 0 || uid === 0) return work();
  process.setegid!(gid);
  process.seteuid!(uid);
  try {
    return work();
  } finally {
    process.seteuid!(0);
    process.setegid!(0);
  }
}
