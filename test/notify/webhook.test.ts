import { createHmac } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import { NotDelivered } from '../../src/guard/outbox.ts';
import { syslogRoute } from '../../src/notify/syslog.ts';
import { webhookRoute } from '../../src/notify/webhook.ts';
import { freeTcpPort } from '../support/ports.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';
import { claim } from './support.ts';

interface Hook {
  server: Server;
  url: string;
  status: number;
  got: { headers: IncomingHttpHeaders; body: string }[];
}

const test = suite<Hook>('webhook and syslog');

test.before(async (t) => {
  t.got = [];
  t.status = 204;
  t.server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    t.got.push({ headers: request.headers, body });
    response.writeHead(t.status, { location: 'http://127.0.0.1:1/' }).end();
  });
  await new Promise<void>((resolve) => t.server.listen(0, '127.0.0.1', resolve));
  t.url = `http://127.0.0.1:${(t.server.address() as AddressInfo).port}/hook`;
});
test.after(({ server }) => {
  server.close();
  server.closeAllConnections();
});

const route = (url: string) => webhookRoute({ url, secret: 'shared', fromSeverity: 'warning', currency: () => 'EUR' });

test('a webhook is signed, with its time', async (t) => {
  await route(t.url).send(claim());
  const { headers, body } = t.got.at(-1)!;
  const stamp = headers['x-dialwarden-timestamp'];
  const signed = createHmac('sha256', 'shared').update(`${stamp}.${body}`).digest('hex');
  assert.is(headers['x-dialwarden-signature'], `v1=${signed}`);
  assert.ok(Math.abs(Number(stamp) - Date.now() / 1000) < 5);
  assert.is(headers['x-dialwarden-delivery'], '1');
  const { event, incident, log } = JSON.parse(body);
  assert.is(event, 'first');
  assert.is(incident.id, 7);
  assert.equal([incident.lost, incident.saved], [1.23, 4]);
  assert.is(incident.currency, 'EUR');
  assert.is(incident.openedAt, '2026-11-24T10:00:00.000Z');
  assert.is(log.id, 3);
});

test('a refusal is surely not delivered; a server that fails may have taken it; redirects are not followed', async (t) => {
  const sent = async (status: number, url = t.url): Promise<unknown> => {
    t.status = status;
    return route(url)
      .send(claim())
      .catch((error) => error);
  };
  assert.is(await sent(200), undefined);
  assert.instance(await sent(403), NotDelivered);
  assert.instance(await sent(302), NotDelivered);
  const failing = await sent(502);
  assert.instance(failing, Error);
  assert.not.instance(failing, NotDelivered);
  assert.instance(await sent(200, `http://127.0.0.1:${await freeTcpPort()}/`), NotDelivered);
});

test('syslog: one line of RFC 5424 a piece of news', async () => {
  const socket: Socket = createSocket('udp4');
  const lines: string[] = [];
  socket.on('message', (data) => lines.push(data.toString()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  const syslog = syslogRoute({ host: '127.0.0.1', port, facility: 'local0', fromSeverity: 'info' });
  await syslog.send(claim({ title: 'two\nlines', severity: 'critical' }));
  await until('a datagram', () => lines.length > 0);
  socket.close();
  assert.match(
    lines[0]!,
    /^<130>1 2026-11-24T10:00:00\.000Z \S+ dialwarden \d+ incident_first - incident 7 first: critical, extension 214: two lines \(/,
  );
});

test.run();
