import { createSocket } from 'node:dgram';
import { sleep, until } from '../until.ts';
import { Call, type CallOptions } from './call.ts';
import { openMedia } from './media.ts';
import { header, headersOf, parseMessage, type SipMessage, serialise, tagOf, token, userOf } from './message.ts';

/** How a far end treats one incoming call. */
export interface Treatment {
  /** Final status: 200 answers, others refuse. */
  status?: number;
  /** Milliseconds of ringing before that (default 20). */
  after?: number;
}

export interface AgentOptions {
  user: string;
  password?: string;
  /** Asterisk's SIP port. */
  server?: number;
  /** Where its packets come from, of 127.0.0.0/8; only for calls that are refused. */
  address?: string;
  /** For incoming calls, by the digits of the request URI. Default: answer. */
  treat?: (digits: string, call: Call) => Treatment;
}

/** A small SIP user agent over UDP: a phone or a trunk's far end that records what it saw. */
export interface Agent {
  port: number;
  user: string;
  /** Asterisk's SIP port, for calls of its own. */
  server: number;
  /** Incoming and outgoing calls in order. */
  calls: Call[];
  /** The digits that incoming calls asked for. */
  dialled(): string[];
  /** Sends an INVITE and returns at once; `call.final()` waits for the outcome. */
  invite(target: string, options?: CallOptions): Promise<Call>;
  /** Waits for the nth incoming call (from 1). */
  incoming(count?: number, ms?: number): Promise<Call>;
  /** The latest incoming call. */
  last(): Call;
  /** The next incoming call from now on. */
  next(ms?: number): Promise<Call>;
  close(): Promise<void>;
}

export async function agent(options: AgentOptions): Promise<Agent> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, options.address ?? '127.0.0.1', resolve));
  const { port } = socket.address();
  const calls = new Map<string, Call>();
  const answered = new Map<string, SipMessage>();
  const send = (message: SipMessage, to: number) => socket.send(serialise(message), to, '127.0.0.1');
  const open = async (callId: string, outgoing: boolean) => {
    const media = await openMedia();
    const call = new Call({ ...options, server: self.server, port, callId, send }, media, outgoing);
    calls.set(callId, call);
    return call;
  };
  const reply = (request: SipMessage, status: number, reason: string, from: number) => {
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
      headersOf(request, name).map((value): [string, string] => [
        name,
        name === 'To' && !tagOf(value) ? `${value};tag=${token()}` : value,
      ]),
    );
    const message = { method: null, uri: '', status, reason, headers: copied, body: '' };
    answered.set(transaction(request), message);
    send(message, from);
  };
  const request = async (message: SipMessage, from: number) => {
    const again = answered.get(transaction(message));
    if (again) return send(again, from);
    const callId = header(message, 'Call-ID');
    const known = calls.get(callId);
    if (known) {
      const sent = known.receive(message, from);
      if (sent) answered.set(transaction(message), sent);
    } else if (message.method === 'INVITE') {
      const call = await open(callId, false);
      call.ring(message, from, options.treat?.(userOf(message.uri), call) ?? {});
    } else if (message.method === 'OPTIONS') reply(message, 200, 'OK', from);
    else if (message.method !== 'ACK') reply(message, 481, 'Call/Transaction Does Not Exist', from);
  };
  socket.on('message', (data, remote) => {
    const message = parseMessage(data.toString('utf8'));
    if (message.method) void request(message, remote.port);
    else calls.get(header(message, 'Call-ID'))?.response(message);
  });
  const incomingCalls = () => [...calls.values()].filter((call) => !call.outgoing);
  const self: Agent = {
    port,
    user: options.user,
    server: options.server ?? 0,
    get calls() {
      return [...calls.values()];
    },
    dialled: () => incomingCalls().map((call) => call.digits),
    invite: async (target, callOptions = {}) => {
      const call = await open(`${token()}@127.0.0.1`, true);
      call.invite(target, callOptions);
      return call;
    },
    incoming: (count = 1, ms = 5_000) =>
      until(`call ${count} at ${options.user}`, () => incomingCalls()[count - 1], ms),
    last: () => incomingCalls().at(-1)!,
    next: (ms) => self.incoming(incomingCalls().length + 1, ms),
    close: async () => {
      for (const call of calls.values()) call.close();
      await sleep(50); // a closed socket drops what it was about to send
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
  return self;
}

const transaction = (request: SipMessage): string =>
  `${request.method} ${header(request, 'Via').match(/branch=([^;]*)/)?.[1]}`;
