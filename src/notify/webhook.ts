import { createHmac } from 'node:crypto';
import { type Claim, NotDelivered, type Route, type Severity } from '../guard/outbox.ts';

export interface WebhookOptions {
  url: string;
  secret: string | null;
  fromSeverity: Severity;
  /** Currency of a site. */
  currency: (site: string) => string;
}

const TIMEOUT_MS = 10_000;

/**
 * `v1=` and HMAC-SHA256 in hex over `TIMESTAMP.BODY` (seconds since 1970 as in X-Dialwarden-Timestamp): who keeps the
 * secret can tell a forged message by the signature and a replayed one by its time.
 */
export const signature = (secret: string, timestamp: number, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

const iso = (at: number): string => new Date(at).toISOString();

/** One piece of news as programs read it: times in ISO 8601, money in units of the currency. */
export function payload({ notices, head }: Claim, currency: WebhookOptions['currency']): string {
  const { message, kind, at, incident } = notices[0]!;
  const { openedAt, updatedAt, lost, saved, last, subject: _subject, ...rest } = incident;
  return JSON.stringify({
    version: 1,
    message,
    event: kind,
    at: iso(at),
    incident: {
      ...rest,
      openedAt: iso(openedAt),
      updatedAt: iso(updatedAt),
      lost: lost / 1_000_000,
      saved: saved / 1_000_000,
      currency: currency(incident.site),
      last: { ...last, at: iso(last.at) },
    },
    log: head,
  });
}

/** Posts a body, signed. Rejects with NotDelivered when the far end refuses it or cannot be reached. */
export async function post(
  { url, secret }: Pick<WebhookOptions, 'url' | 'secret'>,
  message: string,
  body: string,
): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000);
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-dialwarden-delivery': message,
      'x-dialwarden-timestamp': String(timestamp),
      ...(secret !== null && { 'x-dialwarden-signature': signature(secret, timestamp, body) }),
    },
    body,
  }).catch((error: Error & { cause?: NodeJS.ErrnoException }) => {
    const why = error.cause?.message ?? error.message;
    throw error.cause?.syscall === 'connect' ? new NotDelivered(why, { cause: error }) : new Error(why);
  });
  await response.body?.cancel();
  if (response.ok) return;
  const said = `the webhook answered ${response.status}`;
  throw response.status < 500 ? new NotDelivered(said) : new Error(said);
}

/** A JSON message for each piece of news, signed with HMAC-SHA256. */
export function webhookRoute({ currency, fromSeverity, ...target }: WebhookOptions): Route {
  return {
    id: 'webhook',
    from: fromSeverity,
    together: false,
    everyMs: 0,
    send: (claim) => post(target, String(claim.batch), payload(claim, currency)),
    close: () => undefined,
  };
}
