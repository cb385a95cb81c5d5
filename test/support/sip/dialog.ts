import { header, headersOf, type SipMessage, tagOf, token, uriOf } from './message.ts';

type Header = [string, string];

export interface DialogSetup {
  user: string;
  password?: string;
  /** Asterisk's SIP port. */
  server?: number;
  /** Our own. */
  port: number;
  callId: string;
  send(message: SipMessage, to: number): void;
}

/** The state of one SIP dialog and the messages that follow from it. */
export class Dialog {
  readonly setup: DialogSetup;
  /** Port the peer talks from. */
  peerPort: number;
  /** Where requests go: the peer's Contact, or what was dialled. */
  target = '';
  local = '';
  remote = '';
  cseq = 0;

  constructor(setup: DialogSetup) {
    this.setup = setup;
    this.peerPort = setup.server ?? 0;
  }

  /** The value of a Replaces parameter (RFC 3891) as the peer of this dialog reads it. */
  get replaces(): string {
    return `${this.setup.callId};to-tag=${tagOf(this.remote)};from-tag=${tagOf(this.local)}`;
  }

  send(method: string, headers: Header[] = [], body = ''): SipMessage {
    this.cseq++;
    const message = this.#request(method, `${this.cseq} ${method}`, this.#via(), headers, body);
    this.setup.send(message, this.peerPort);
    return message;
  }

  /** A CANCEL of `invite` has its branch and number. */
  cancel(invite: SipMessage): void {
    this.setup.send(this.#request('CANCEL', `${this.cseq} CANCEL`, header(invite, 'Via'), [], ''), this.peerPort);
  }

  /** The ACK of a final response: inside the INVITE's transaction for a refusal, of its own for a 200. */
  acknowledge(invite: SipMessage, response: SipMessage): void {
    const refused = response.status >= 300;
    const cseq = header(response, 'CSeq').replace('INVITE', 'ACK');
    const ack = this.#request('ACK', cseq, refused ? header(response, 'Via') : this.#via(), [], '');
    ack.uri = refused ? invite.uri : uriOf(header(response, 'Contact')) || this.target;
    ack.headers = ack.headers.map(([name, value]) => (name === 'To' ? [name, header(response, 'To')] : [name, value]));
    this.setup.send(ack, this.peerPort);
  }

  reply(request: SipMessage, status: number, reason: string, body = ''): SipMessage {
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].flatMap((name) =>
      headersOf(request, name).map((value): Header => [name, value]),
    );
    const type: Header[] = body ? [['Content-Type', 'application/sdp']] : [];
    const headers: Header[] = [...copied, ['To', this.local], this.#contact(), ...type];
    const message = { method: null, uri: '', status, reason, headers, body };
    this.setup.send(message, this.peerPort);
    return message;
  }

  #via(): string {
    return `SIP/2.0/UDP 127.0.0.1:${this.setup.port};rport;branch=z9hG4bK${token()}`;
  }

  #contact(): Header {
    return ['Contact', `<sip:${this.setup.user}@127.0.0.1:${this.setup.port}>`];
  }

  #request(method: string, cseq: string, via: string, headers: Header[], body: string): SipMessage {
    const base: Header[] = [
      ['Via', via],
      ['Max-Forwards', '70'],
      ['From', this.local],
      ['To', this.remote],
      ['Call-ID', this.setup.callId],
      ['CSeq', cseq],
      this.#contact(),
    ];
    return { method, uri: this.target, status: 0, reason: '', headers: [...base, ...headers], body };
  }
}
