import { once } from 'node:events';
import { startWatchdog } from '../../../src/app/watchdog.ts';
import { sleep } from '../../support/until.ts';

// Stands in for a guard with much to do: once told to, it needs `process.argv[2]` milliseconds of CPU in one piece, twice.

const PIECE_MS = Number(process.argv[2]);
/** The watchdog's own start. */
const SETTLE_MS = 1_500;
const quiet = () => undefined;
startWatchdog({ info: quiet, warn: quiet, error: quiet });
await sleep(SETTLE_MS);
console.log('ready');
await once(process.stdin, 'data');
for (let piece = 1; piece <= 2; piece++) {
  const [began, since] = [process.cpuUsage(), performance.now()];
  for (let used = 0; used < PIECE_MS; ) {
    const { user, system } = process.cpuUsage(began);
    used = (user + system) / 1000;
  }
  console.log(`piece ${piece} took ${Math.round(performance.now() - since)} ms`);
  await sleep(50);
}
process.exit(0);
