import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `npm run fuzz [-- PATTERN...]`: every fuzzer in turn with random seeds, DIALWARDEN_FUZZ_S seconds each (default 300). What it finds
// belongs into test/vectors/fuzz.json.

const here = fileURLToPath(new URL('.', import.meta.url));
const patterns = process.argv.slice(2);
const files = readdirSync(here)
  .filter((name) => name.endsWith('.test.ts') && (patterns.length === 0 || patterns.some((p) => name.includes(p))))
  .sort();
const failed = files.filter((name) => {
  console.log(name);
  return spawnSync(process.execPath, ['--import', 'tsx', here + name], { stdio: 'inherit' }).status !== 0;
});
console.log(failed.length === 0 ? 'nothing found' : `found something: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
