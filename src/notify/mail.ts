import { hostname } from 'node:os';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { type Claim, NotDelivered, type Notice, type Route, type Severity } from '../guard/outbox.ts';
import { newsOf, render, type Text, type TextContext } from './text.ts';

export interface MailServer {
  host: string;
  port: number;
  /** `starttls` must succeed, `tls` from the first byte on, `none` in the clear. */
  tls: 'starttls' | 'tls' | 'none';
  login: { user: string; password: string } | null;
  /** Certificates in PEM that vouch for the server, beside the public ones. */
  ca: string | null;
  from: string;
}

export interface MailOptions extends MailServer {
  to: string[];
  fromSeverity: Severity;
  context: TextContext;
}

/** An administrator gets one mail a minute at most; what happens meanwhile is in the next. */
const EVERY_MS = 60_000;
const TIMEOUT_MS = 15_000;

/** Failures before the server can have taken the message (nodemailer's codes). */
const BEFORE_DATA = new Set(['EDNS', 'EAUTH', 'ENOAUTH', 'ETLS', 'EREQUIRETLS', 'EENVELOPE', 'ECONFIG']);
/** A connection can break like this at any time; all other failures of a socket are met before the message leaves. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

type SmtpError = Error & { code?: string; originalCode?: string; responseCode?: number; timeoutType?: string };

function surelyNot({ code = '', originalCode, responseCode = 0, timeoutType }: SmtpError): boolean {
  if (BEFORE_DATA.has(code) || responseCode >= 400) return true;
  if (timeoutType !== undefined) return timeoutType !== 'SOCKET_TIMEOUT';
  return originalCode !== undefined && !BROKEN.has(originalCode);
}

function transport({ host, port, tls, login, ca }: MailServer) {
  return createTransport({
    host,
    port,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(login && { auth: { user: login.user, pass: login.password } }),
    ...(ca !== null && { tls: { ca } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** The message that begins an incident's thread; the others refer to it. */
const rootId = ({ id, openedAt }: Notice['incident'], domain: string): string =>
  `<incident-${id}-${openedAt}@${domain}>`;

/** Message-ID and References: one incident is one thread, and a message sent twice has one name. */
function threading({ batch, notices }: Claim, domain: string): { messageId: string; references: string[] } {
  const news = newsOf(notices);
  const roots = news.map(({ incident }) => rootId(incident, domain));
  if (news.length === 1 && notices.some((n) => n.kind === 'first')) return { messageId: roots[0]!, references: [] };
  return { messageId: `<message-${batch}-${notices[0]!.at}@${domain}>`, references: roots };
}

function headers(claim: Claim, domain: string): Partial<SendMailOptions> {
  const { messageId, references } = threading(claim, domain);
  const severe = claim.notices.some((n) => n.incident.severity === 'critical');
  return {
    messageId,
    ...(references.length > 0 && { references, inReplyTo: references[0]! }),
    ...(severe && { priority: 'high' as const }),
    // No vacation replies to a program (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

async function deliver(server: MailServer, mail: SendMailOptions): Promise<void> {
  const carrier = transport(server);
  try {
    await carrier.sendMail({ from: { name: 'dialwarden', address: server.from }, ...mail });
  } catch (error) {
    throw surelyNot(error as SmtpError) ? new NotDelivered((error as Error).message, { cause: error }) : error;
  } finally {
    carrier.close();
  }
}

/** Mail over SMTP to those who want to know from one severity on. */
export function mailRoute({ to, fromSeverity, context, ...server }: MailOptions): Route {
  const domain = hostname();
  return {
    id: `mail:${fromSeverity}`,
    from: fromSeverity,
    together: true,
    everyMs: EVERY_MS,
    send: (claim) => {
      const { subject, text } = render(claim, context);
      return deliver(server, { to, subject: `[dialwarden] ${subject}`, text, ...headers(claim, domain) });
    },
    close: () => undefined,
  };
}

/** Sends one mail that is about no incident, such as a test. Rejects with what went wrong. */
export const sendMail = (server: MailServer, to: string[], { subject, text }: Text): Promise<void> =>
  deliver(server, { to, subject: `[dialwarden] ${subject}`, text });
