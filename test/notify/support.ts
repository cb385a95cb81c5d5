import type { Log } from '../../src/guard/log.ts';
import type { Claim } from '../../src/guard/outbox.ts';
import type { MailOptions } from '../../src/notify/mail.ts';
import type { SmtpServer } from '../support/mail/server.ts';

export const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const CONTEXT = { place: () => ({ timezone: 'Europe/Berlin', currency: 'EUR' }), link: () => null };

/** A message about one incident. */
export const claim = (more: Partial<Claim['notices'][number]['incident']> = {}): Claim => ({
  batch: 1,
  attempt: 1,
  head: { id: 3, hash: 'ab'.repeat(32) },
  notices: [
    {
      message: 1,
      kind: 'first',
      at: Date.UTC(2026, 10, 24, 10),
      incident: {
        id: 7,
        kind: 'pattern',
        severity: 'critical',
        site: 'main',
        ext: '214',
        state: 'open',
        resolution: null,
        title: 'Ten numbers of one block in a minute',
        subject: 'Ten numbers of one block in a minute',
        evidence: { code: 'enumeration', numbers: 10 },
        openedAt: Date.UTC(2026, 10, 24, 10),
        updatedAt: Date.UTC(2026, 10, 24, 10, 1),
        calls: 12,
        stopped: 11,
        lost: 1_230_000,
        saved: 4_000_000,
        block: 2,
        last: { at: Date.UTC(2026, 10, 24, 10), who: 'guard', what: 'opened', why: 'Ten numbers' },
        ...more,
      },
    },
  ],
});

export const smtp = (server: SmtpServer, more: Partial<MailOptions> = {}): MailOptions => ({
  host: '127.0.0.1',
  port: server.port,
  tls: 'starttls',
  login: { user: 'guard', password: 'right' },
  ca: server.ca,
  from: 'guard@pbx.example',
  to: ['admin@office.example'],
  fromSeverity: 'warning',
  context: CONTEXT,
  ...more,
});
