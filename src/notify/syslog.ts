import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import type { Notice, Route, Severity } from '../guard/outbox.ts';
import { who } from './text.ts';

/** Facility codes of RFC 5424, table 1. */
const FACILITIES = {
  user: 1,
  daemon: 3,
  auth: 4,
  authpriv: 10,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;
type Facility = keyof typeof FACILITIES;

/** Severities of RFC 5424, table 2. */
const LEVEL: Record<Severity, number> = { critical: 2, warning: 4, info: 6 };
/** What every receiver should take (RFC 5426, 3.2). */
const MAX_BYTES = 2048;

export interface SyslogOptions {
  host: string;
  port: number;
  facility: Facility;
  fromSeverity: Severity;
}

/** One line of RFC 5424; `at` in milliseconds since 1970. */
export function syslogLine(facility: Facility, severity: Severity, at: number, msgid: string, text: string): Buffer {
  const priority = FACILITIES[facility] * 8 + LEVEL[severity];
  const host = hostname().replace(/[^\x21-\x7e]/g, '') || '-';
  const head = `<${priority}>1 ${new Date(at).toISOString()} ${host} dialwarden ${process.pid} ${msgid} -`;
  return Buffer.from(`${head} ${text.replace(/\p{Cc}+/gu, ' ')}`, 'utf8').subarray(0, MAX_BYTES);
}

const words = ({ kind, incident }: Notice): string =>
  `incident ${incident.id} ${kind}: ${incident.severity}, ${who(incident)}: ${incident.title} ` +
  `(calls ${incident.calls}, stopped ${incident.stopped}, state ${incident.state})`;

/** Sends datagrams, one a line (RFC 5426). A name that cannot be resolved rejects; a lost datagram nobody notices. */
export function sendSyslog({ host, port }: Pick<SyslogOptions, 'host' | 'port'>, line: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.on('error', reject);
    socket.send(line, port, host, (error) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    });
  });
}

/** One line for each piece of news. */
export function syslogRoute({ facility, fromSeverity, ...target }: SyslogOptions): Route {
  return {
    id: 'syslog',
    from: fromSeverity,
    together: false,
    everyMs: 0,
    async send({ notices }) {
      for (const notice of notices) {
        const { kind, incident, at } = notice;
        await sendSyslog(target, syslogLine(facility, incident.severity, at, `incident_${kind}`, words(notice)));
      }
    },
    close: () => undefined,
  };
}
