import { sleep, until } from '../until.ts';
import type { Treatment } from './agent.ts';
import { Dialog, type DialogSetup } from './dialog.ts';
import type { Media } from './media.ts';
import { digest, header, type SipMessage, token, uriOf, userOf } from './message.ts';

export interface CallOptions {
  /** Extra headers of the INVITE, e.g. a Diversion. */
  headers?: [string, string][];
  /** From user instead of the agent's own. */
  from?: string;
}

/** One call and what was seen of it. Times are milliseconds since 1970. */
export class Call {
  readonly outgoing: boolean;
  readonly media: Media;
  /** The INVITE: for an incoming call as it came, for an outgoing one as last sent. */
  request: SipMessage | null = null;
  /** Every response to our INVITE, provisional ones too. */
  statuses: number[] = [];
  /** Final status of the INVITE, 0 while there is none. */
  status = 0;
  invitedAt = 0;
  answeredAt = 0;
  endedAt = 0;
  /** Who sent the BYE or CANCEL: this agent or the PBX. */
  endedBy: 'us' | 'them' | null = null;
  /** What a REFER of ours was answered, and the status lines its NOTIFYs carried. */
  referStatus = 0;
  notified: string[] = [];

  readonly #dialog: Dialog;
  #extra: [string, string][] = [];
  #challenged = false;
  #answering: NodeJS.Timeout | undefined;

  constructor(setup: DialogSetup, media: Media, outgoing: boolean) {
    this.#dialog = new Dialog(setup);
    this.media = media;
    this.outgoing = outgoing;
  }

  /** Digits of the request URI. */
  get digits(): string {
    return this.request ? userOf(this.request.uri) : '';
  }

  /** Seconds between answer and end (or now), 0 if never answered. */
  get seconds(): number {
    return this.answeredAt === 0 ? 0 : ((this.endedAt || Date.now()) - this.answeredAt) / 1000;
  }

  // What this side does.

  invite(target: string, { headers = [], from }: CallOptions): void {
    const dialog = this.#dialog;
    const { user, port, server } = dialog.setup;
    dialog.target = `sip:${target}@127.0.0.1:${server}`;
    dialog.local = `<sip:${from ?? user}@127.0.0.1:${port}>;tag=${token()}`;
    dialog.remote = `<${dialog.target}>`;
    this.invitedAt = Date.now();
    this.#extra = [['Content-Type', 'application/sdp'], ...headers];
    this.request = dialog.send('INVITE', this.#extra, this.media.sdp());
  }

  /** Rings, then answers or refuses an incoming call. */
  ring(invite: SipMessage, from: number, { status = 200, after = 20 }: Treatment): void {
    const dialog = this.#dialog;
    this.request = invite;
    this.invitedAt = Date.now();
    dialog.peerPort = from;
    dialog.local = `${header(invite, 'To')};tag=${token()}`;
    dialog.remote = header(invite, 'From');
    dialog.target = uriOf(header(invite, 'Contact'));
    this.media.peer(invite.body);
    dialog.reply(invite, 180, 'Ringing');
    this.#answering = setTimeout(() => {
      this.status = status;
      if (status === 200) this.answeredAt = Date.now();
      else this.endedAt = Date.now();
      dialog.reply(invite, status, status === 200 ? 'OK' : 'Refused', status === 200 ? this.media.sdp() : '');
    }, after);
  }

  bye(): void {
    this.#end('us');
    this.#dialog.send('BYE');
  }

  cancel(): void {
    this.#end('us');
    this.#dialog.cancel(this.request!);
  }

  /** Transfers the peer to `target`; with `replaces`, into that other call of ours (attended). */
  refer(target: string, replaces?: Call): void {
    const { user, server } = this.#dialog.setup;
    const query = replaces ? `?Replaces=${encodeURIComponent(replaces.#dialog.replaces)}` : '';
    this.#dialog.send('REFER', [
      ['Refer-To', `<sip:${target}@127.0.0.1:${server}${query}>`],
      ['Referred-By', `<sip:${user}@127.0.0.1:${server}>`],
    ]);
  }

  /** One key by SIP INFO. */
  info(digit: string): void {
    this.#dialog.send('INFO', [['Content-Type', 'application/dtmf-relay']], `Signal=${digit}\r\nDuration=160\r\n`);
  }

  close(): void {
    clearTimeout(this.#answering);
    if (this.answeredAt > 0 && this.endedAt === 0) this.bye();
    this.media.close();
  }

  // What tests wait for.

  /** The INVITE's final status. */
  final(ms = 5_000): Promise<number> {
    return until(`a final response to ${this.digits}`, () => this.status, ms);
  }

  /** Waits for the end of the call. */
  async ended(ms = 5_000): Promise<this> {
    await until(`the end of the call to ${this.digits}`, () => this.endedAt, ms);
    return this;
  }

  /** Waits until media came in and then was still for `quiet` milliseconds: a prompt has been spoken. */
  async spoken(quiet = 300, ms = 20_000): Promise<void> {
    await until('a prompt', () => this.media.heard() > 10, ms);
    for (let before = -1; before !== this.media.heard(); ) {
      before = this.media.heard();
      await sleep(quiet);
    }
  }

  // What the PBX says.

  /** Handles a request inside the dialog; returns the response that was sent, if any. */
  receive(message: SipMessage, from: number): SipMessage | null {
    this.#dialog.peerPort = from;
    if (message.method === 'ACK') return null;
    if (message.method === 'INVITE') {
      this.media.peer(message.body);
      return this.#dialog.reply(message, 200, 'OK', this.media.sdp());
    }
    const sent = this.#dialog.reply(message, 200, 'OK');
    if (message.method === 'BYE' && this.endedAt === 0) this.#end('them');
    if (message.method === 'CANCEL' && this.status === 0) this.#cancelled();
    if (message.method === 'NOTIFY') this.#notify(message.body.trim());
    return sent;
  }

  response(message: SipMessage): void {
    const [number, method] = header(message, 'CSeq').split(' ');
    if (method === 'REFER' && message.status >= 200) this.referStatus = message.status;
    if (method !== 'INVITE') return;
    if (message.body) this.media.peer(message.body);
    if (message.status >= 200) this.#dialog.acknowledge(this.request!, message);
    if (Number(number) !== this.#dialog.cseq || this.status > 0) return;
    if (message.status === 401 && !this.#challenged) this.#authenticate(message);
    else this.#progress(message);
  }

  #progress(message: SipMessage): void {
    this.statuses.push(message.status);
    if (message.status < 200) return;
    this.status = message.status;
    if (message.status >= 300) {
      this.endedAt ||= Date.now();
      return;
    }
    this.answeredAt = Date.now();
    this.#dialog.remote = header(message, 'To');
    this.#dialog.target = uriOf(header(message, 'Contact'));
  }

  #authenticate(challenge: SipMessage): void {
    const { user, password = '' } = this.#dialog.setup;
    this.#challenged = true;
    const authorization = digest(header(challenge, 'WWW-Authenticate'), 'INVITE', this.request!.uri, user, password);
    this.request = this.#dialog.send('INVITE', [...this.#extra, ['Authorization', authorization]], this.request!.body);
  }

  #cancelled(): void {
    clearTimeout(this.#answering);
    this.#end('them');
    this.#dialog.reply(this.request!, 487, 'Request Terminated');
  }

  /** A phone hangs up once it has heard that its transfer went through; Asterisk waits for that. */
  #notify(status: string): void {
    this.notified.push(status);
    if (status.includes('SIP/2.0 200') && this.endedAt === 0) this.bye();
  }

  #end(by: 'us' | 'them'): void {
    this.endedAt = Date.now();
    this.endedBy = by;
  }
}
