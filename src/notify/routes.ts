import type { Route } from '../guard/outbox.ts';
import { type MailServer, mailRoute, sendMail } from './mail.ts';
import { type SyslogOptions, sendSyslog, syslogLine, syslogRoute } from './syslog.ts';
import type { TextContext } from './text.ts';
import { post, type WebhookOptions, webhookRoute } from './webhook.ts';

/** What is configured; null parts are not. */
export interface Ways {
  smtp: (MailServer & { to: { fromSeverity: Route['from']; to: string[] }[] }) | null;
  webhook: Omit<WebhookOptions, 'currency'> | null;
  syslog: SyslogOptions | null;
}

/** Every way to somebody, as configured. */
export function routesOf({ smtp, webhook, syslog }: Ways, context: TextContext): Route[] {
  const currency = (site: string) => context.place(site).currency;
  return [
    ...(smtp ? smtp.to.map((group) => mailRoute({ ...smtp, ...group, context })) : []),
    ...(webhook ? [webhookRoute({ ...webhook, currency })] : []),
    ...(syslog ? [syslogRoute(syslog)] : []),
  ];
}

export interface Trial {
  way: string;
  send(): Promise<void>;
}

const TEST = 'This is a test: incidents reach you this way.';

/** A test message for every way. */
export function trialsOf({ smtp, webhook, syslog }: Ways): Trial[] {
  const at = Date.now();
  const mail = (to: string[]): Trial => ({
    way: `mail to ${to.join(', ')}`,
    send: () => sendMail(smtp!, to, { subject: 'Test', text: `${TEST}\n` }),
  });
  const hook = (): Trial => ({
    way: 'webhook',
    send: () =>
      post(webhook!, 'test', JSON.stringify({ version: 1, event: 'test', at: new Date(at).toISOString(), text: TEST })),
  });
  const log = (): Trial => ({
    way: 'syslog',
    send: () => sendSyslog(syslog!, syslogLine(syslog!.facility, 'info', at, 'test', TEST)),
  });
  return [...(smtp ? smtp.to.map(({ to }) => mail(to)) : []), ...(webhook ? [hook()] : []), ...(syslog ? [log()] : [])];
}
