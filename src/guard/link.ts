import { createHmac, timingSafeEqual } from 'node:crypto';

const HOUR = 3_600_000;
/** How long a link in a mail can be used. */
export const LINK_MS = 24 * HOUR;

const sign = (key: string, what: string): string =>
  createHmac('sha256', key).update(`unblock ${what}`).digest('base64url');

/** The secret part of a link that lifts a block: which one, until when (milliseconds since 1970), and the signature. */
export function linkToken(key: string, block: number, until: number): string {
  const what = `${block}.${until.toString(36)}`;
  return `${what}.${sign(key, what)}`;
}

/** The block a link is for; `forged` where this guard has not signed it, `expired` after its time. */
export function readToken(key: string, token: string, now: number): number | 'forged' | 'expired' {
  const [, what = '', block, until = '', given = ''] =
    /^((\d{1,15})\.([0-9a-z]{1,12}))\.([\w-]{43})$/.exec(token) ?? [];
  const expected = Buffer.from(sign(key, what));
  const same = given.length === expected.length && timingSafeEqual(expected, Buffer.from(given));
  if (!same) return 'forged';
  return Number.parseInt(until, 36) > now ? Number(block) : 'expired';
}
