import { closeSync, openSync, writeSync } from 'node:fs';
import { seeded } from '../bench.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** A Monday, midnight UTC. */
const FIRST = Date.UTC(2026, 7, 3);
const ABROAD = ['0044207183', '0033142', '0043171', '0041443', '0031206', '0034912', '0012125', '0048221'];

const stamp = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** A number that extension `ext` calls now and then: each has thirty at home, and a dozen in two countries. */
function dialled(ext: number, random: () => number): string {
  const kind = random();
  const one = Math.floor(random() * 30);
  const own = (ext * 7919) % 1000;
  if (kind < 0.55) return `030${2_000_000 + own * 700 + one * 13}`;
  if (kind < 0.9) return `0171${2_000_000 + own * 900 + one * 17}`;
  if (kind < 0.95) return `0800${1_000_000 + one}`;
  return `${ABROAD[(ext + (one % 2)) % ABROAD.length]}${String(1000 + (own % 90) * 10 + (one % 6)).padStart(5, '0')}`;
}

/** Writes `rows` outbound calls of `extensions` phones within `days`, most of them in office hours (UTC), as Asterisk's cdr_csv does. */
export function writeCdrs(file: string, rows: number, extensions: number, days: number): void {
  const random = seeded(rows);
  const times = Float64Array.from({ length: rows }, () => {
    let day = Math.floor(random() * days);
    if (day % 7 > 4 && random() < 0.95) day -= 2;
    return FIRST + Math.max(0, day) * DAY + Math.floor((6 + random() * 10) * HOUR);
  }).sort();
  const out = openSync(file, 'w');
  let text = '';
  for (const [i, time] of times.entries()) {
    const ext = 200 + Math.floor(random() * extensions);
    const number = dialled(ext, random);
    const at = Math.floor(time / 1000) * 1000;
    const billsec = random() < 0.75 ? Math.floor(5 - Math.log(1 - random()) * 150) : 0;
    const duration = billsec + 3 + Math.floor(random() * 20);
    const answer = billsec > 0 ? stamp(at + (duration - billsec) * 1000) : '';
    const channels = `"PJSIP/${ext}-${i.toString(16)}","PJSIP/trunk-${i.toString(16)}","Dial","PJSIP/${number}@trunk,60"`;
    text += `"","${ext}","${number}","from-internal","${ext}",${channels},"${stamp(at)}","${answer}","${stamp(at + duration * 1000)}",${duration},${billsec},"${billsec > 0 ? 'ANSWERED' : 'NO ANSWER'}","DOCUMENTATION","${at / 1000}.${i}",""\n`;
    if (text.length < 1 << 20 && i < rows - 1) continue;
    writeSync(out, text);
    text = '';
  }
  closeSync(out);
}
