import { createHash, randomBytes } from 'node:crypto';

/** A SIP message (RFC 3261): a request has `method` and `uri`, a response `status` and `reason`. */
export interface SipMessage {
  method: string | null;
  uri: string;
  status: number;
  reason: string;
  headers: [string, string][];
  body: string;
}

export const token = (): string => randomBytes(6).toString('hex');

export function parseMessage(text: string): SipMessage {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [start = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  const [a = '', b = '', ...c] = start.split(' ');
  const response = a === 'SIP/2.0';
  return {
    method: response ? null : a,
    uri: response ? '' : b,
    status: response ? Number(b) : 0,
    reason: response ? c.join(' ') : '',
    headers,
    body: rest.join('\r\n\r\n'),
  };
}

export function serialise(message: SipMessage): string {
  const start = message.method
    ? `${message.method} ${message.uri} SIP/2.0`
    : `SIP/2.0 ${message.status} ${message.reason}`;
  const headers = message.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${start}\r\n${headers}Content-Length: ${Buffer.byteLength(message.body)}\r\n\r\n${message.body}`;
}

/** First header of that name, or an empty string. */
export function header(message: SipMessage, name: string): string {
  const wanted = name.toLowerCase();
  return message.headers.find(([key]) => key.toLowerCase() === wanted)?.[1] ?? '';
}

export const headersOf = (message: SipMessage, name: string): string[] =>
  message.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);

/** The URI inside `"Name" <sip:...>;tag=...`. */
export const uriOf = (value: string): string => value.match(/<([^>]*)>/)?.[1] ?? value.split(';')[0]!.trim();

export const userOf = (uri: string): string => decodeURIComponent(uri.match(/^sips?:([^@;]*)@/)?.[1] ?? '');

export const tagOf = (value: string): string => value.match(/;tag=([^;]*)/)?.[1] ?? '';

/** The Authorization header's value for a digest challenge (RFC 2617, MD5, with or without qop=auth). */
export function digest(challenge: string, method: string, uri: string, user: string, password: string): string {
  const field = (name: string) => challenge.match(new RegExp(`${name}="?([^",]*)`))?.[1] ?? '';
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const [realm, nonce, opaque, cnonce, nc] = [field('realm'), field('nonce'), field('opaque'), token(), '00000001'];
  const [ha1, ha2] = [md5(`${user}:${realm}:${password}`), md5(`${method}:${uri}`)];
  const qop = field('qop') !== '';
  const response = md5(qop ? `${ha1}:${nonce}:${nc}:${cnonce}:auth:${ha2}` : `${ha1}:${nonce}:${ha2}`);
  const extra = qop ? `, qop=auth, nc=${nc}, cnonce="${cnonce}"` : '';
  const tail = opaque ? `, opaque="${opaque}"` : '';
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5${extra}${tail}`;
}
