/**
 * What is wrong with a release of Node.js (`process.version`) for a program that must not stop; null: nothing.
 * From 24.19 on, the garbage collector ends the process (SIGABRT in `RemoveEnvironmentCleanupHook`) when it meets an old
 * statement of better-sqlite3 12, whose next version needs Node 22: seen on 24.21 and told of in several projects' issues.
 */
export function unfitRelease(version: string): string | null {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major < 24 || (major === 24 && minor < 19)) return null;
  return `Node.js ${version} can end this process at any time, through a fault with better-sqlite3 12: use Node.js 20 or 22`;
}
