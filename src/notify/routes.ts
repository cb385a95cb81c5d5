import type { Route } from '../guard/outbox.ts';
import { type MailServer, mailRoute } from './mail.ts';
import { type SyslogOptions, syslogRoute } from './syslog.ts';
import type { TextContext } from './text.ts';
import { type WebhookOptions, webhookRoute } from './webhook.ts';

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
