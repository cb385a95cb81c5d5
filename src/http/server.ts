import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UnblockPages } from './unblock.ts';

export interface Health {
  ok: boolean;
  /** What a person or a monitor wants to read; no secrets. */
  details: Record<string, string | number | boolean | null>;
}

export interface HttpOptions {
  host: string;
  port: number;
  /** Further names that a Host header may carry, beside the loopback ones and `host`. */
  hosts: string[];
  health: () => Health;
  /** The body of `/metrics`. */
  metrics: () => string;
  /** What is behind the links in mails. */
  unblock: UnblockPages;
}

export interface HttpService {
  host: string;
  port: number;
  close(): Promise<void>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const HTML_TYPE = 'text/html; charset=utf-8';
const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface Reply {
  status: number;
  type: string;
  body: string;
}

const json = (status: number, body: object): Reply => ({ status, type: JSON_TYPE, body: `${JSON.stringify(body)}\n` });

const MAX_FORM = 4_096;

function send(response: ServerResponse, { status, type, body }: Reply, head: boolean): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",

    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(head ? undefined : body);
}

/** Host without its port, brackets kept off: `[::1]:8580` is `::1`. */
function hostOf(header: string | undefined): string {
  const m = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/.exec(header ?? '');
  return (m?.[1] ?? m?.[2] ?? '').toLowerCase();
}

function route(
  options: HttpOptions,
  allowed: Set<string>,
  { headers, method, url }: IncomingMessage,
  body: string,
): Reply {
  // A web page elsewhere can make a browser ask us under its own name (DNS rebinding); only our own names are served.
  if (!allowed.has(hostOf(headers.host))) {
    return json(403, { error: 'this host name is not served here; see [http] hosts' });
  }
  const token = /^\/unblock\/([^/?]*)$/.exec(url ?? '')?.[1];
  if (token !== undefined && (method === 'GET' || method === 'HEAD' || method === 'POST')) {
    const { status, html } = options.unblock(method, token, body);
    return { status, type: HTML_TYPE, body: html };
  }
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'only GET and HEAD' });
  switch (url?.split('?')[0]) {
    case '/healthz': {
      const { ok, details } = options.health();
      return json(ok ? 200 : 503, { status: ok ? 'ok' : 'failing', ...details });
    }
    case '/metrics':
      return { status: 200, type: TEXT_TYPE, body: options.metrics() };
    default:
      return json(404, { error: 'there are /healthz and /metrics' });
  }
}

/** A form's text; what is too long for one is cut off, and is none then. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MAX_FORM) return '';
  }
  return body;
}

async function answer(
  options: HttpOptions,
  allowed: Set<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let reply: Reply;
  try {
    reply = route(options, allowed, request, request.method === 'POST' ? await bodyOf(request) : '');
  } catch (error) {
    reply = json(500, { error: (error as Error).message });
  }
  send(response, reply, request.method === 'HEAD');
}

/** Serves `/healthz`, `/metrics` and the links in mails. Rejects with a one-line Error when the address cannot be listened on. */
export async function serveHttp(options: HttpOptions): Promise<HttpService> {
  const allowed = new Set(
    ['127.0.0.1', '::1', 'localhost', options.host, ...options.hosts].map((h) => h.toLowerCase()),
  );
  // Node looks only every 30 s by itself for clients that are past these times.
  const limits = {
    requestTimeout: 5_000,
    headersTimeout: 5_000,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 8_192,
  };
  const server = createServer(limits, (request, response) => {
    request.on('error', () => undefined);
    void answer(options, allowed, request, response);
  });
  server.maxConnections = 64;
  server.keepAliveTimeout = 2_000;
  await listen(server, options);
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port, close: () => closeAll(server) };
}

function listen(server: Server, { host, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another program listens there' : (error.code ?? error.message);
      reject(new Error(`HTTP cannot listen on ${host}:${port}: ${why}; set [http] listen to a free address`));
    });
    server.listen(port, host, resolve);
  });
}

function closeAll(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
