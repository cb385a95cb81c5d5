import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration } from '../config/duration.ts';
import type { Finding } from './doctor.ts';

const ETC = '/etc/asterisk';
const QUIET_MS = 7 * 86_400_000;
const INCLUDE = /^\s*#(?:try)?include\s+.*(?:dialwarden\.conf|freepbx1[67]\.conf)/m;
const RULE = /^\s*exten\s*=>?/m;

function asked(last: number | null, now: number): Finding {
  if (last === null) {
    const text =
      'no call was ever asked about: include dialwarden.conf and call it before Dial (dialplan/asterisk/README.md)';
    return { check: 'calls', state: 'warn', text };
  }
  const ago = formatDuration(now - last);
  if (now - last > QUIET_MS)
    return {
      check: 'calls',
      state: 'warn',
      text: `the last one was asked about ${ago} ago: is the dialplan still wired?`,
    };
  return { check: 'calls', state: 'ok', text: `the last one was asked about ${ago} ago` };
}

function readable(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function included(etc: string): Finding {
  const files = readdirSync(etc).filter((name) => /^extensions.*\.conf$/.test(name));
  const texts = files.map((name) => readable(join(etc, name)));
  if (texts.some((text) => text !== null && INCLUDE.test(text))) {
    return { check: 'dialplan', state: 'ok', text: `${etc} includes the guard` };
  }
  const why = texts.includes(null)
    ? `cannot read all of ${etc}/extensions*.conf: run doctor as root`
    : `no file of ${etc}/extensions*.conf includes dialwarden.conf`;
  return { check: 'dialplan', state: 'warn', text: why };
}

function fallback(etc: string): Finding {
  const text = readable(join(etc, 'dialwarden-fallback.conf'));
  if (text !== null && RULE.test(text))
    return { check: 'fallback', state: 'ok', text: 'the fallback list is in place' };
  const what = 'with the guard dead nothing but emergency calls would pass';
  return {
    check: 'fallback',
    state: 'warn',
    text: `${what}: dialwarden fallback > ${join(etc, 'dialwarden-fallback.conf')}`,
  };
}

/** Whether the dialplan asks the guard; its files are looked at where the PBX is on this machine. */
export function dialplanChecks(last: number | null, now: number, etc = ETC): Finding[] {
  if (!existsSync(etc)) return [asked(last, now)];
  return [asked(last, now), included(etc), fallback(etc)];
}
