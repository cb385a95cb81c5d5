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
export const trialsOf = (ways: Ways): Trial[] => directly(ways, 'Test', TEST);

/** A message that is about no incident, past the outbox, for every way. */
export function directly({ smtp, webhook, syslog }: Ways, subject: string, text: string): Trial[] {
  const at = Date.now();
  const mail = (to: string[]): Trial => ({
    way: `mail to ${to.join(', ')}`,
    send: () => sendMail(smtp!, to, { subject, text: `${text}\n` }),
  });
  const hook = (): Trial => ({
    way: 'webhook',
    send: () =>
      post(
        webhook!,
        'test',
        JSON.stringify({
          version: 1,
          event: subject === 'Test' ? 'test' : 'alarm',
          at: new Date(at).toISOString(),
          text,
        }),
      ),
  });
  const log = (): Trial => ({
    way: 'syslog',
    send: () =>
      sendSyslog(syslog!, syslogLine(syslog!.facility, subject === 'Test' ? 'info' : 'critical', at, 'guard', text)),
  });
  return [...(smtp ? smtp.to.map(({ to }) => mail(to)) : []), ...(webhook ? [hook()] : []), ...(syslog ? [log()] : [])];
}
