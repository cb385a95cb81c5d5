import type { LiveCalls, SeenCall } from '../../guard/port-live.ts';
import type { Bypass } from '../../guard/undecided.ts';
import { type AmiConnection, type AmiOptions, connectAmi, first, type Message } from './ami-connection.ts';
import { endpointOf } from './channel.ts';

/**
 * Both hold the unique id of an asking channel. The dialplan sets `DW_CALL` on the asking channel, and the trunk's leg
 * inherits it; a leg that asks by itself after a transfer keeps what it had inherited in `DW_LEG_OF`.
 */
const CALL_VARIABLES = ['DW_CALL', 'DW_LEG_OF'];

export interface LiveOptions extends AmiOptions {
  /** The dialplan let a call by, or refused it, without a verdict (its `UserEvent(Dialwarden,...)`). */
  onBypass(bypass: Bypass): void;
  /** Gets the connection, to listen to more of it. */
  watch?(ami: AmiConnection): void;
  /** A trunk's channel was answered. */
  onAnswered(call: SeenCall): void;
}

/** The number in a dial string, `0301234@trunk`, `trunk/sip:0301234@host` or `g1/0301234`; a name alone is a telephone. */
const NUMBER = /(?:^|\/)(?:sips?:)?(\+?[0-9*#]{2,})(?:@|$)/;
/** Legs that are being dialled; more are no office. */
const DIALLING = 10_000;

/** Tells the answered calls to trunks from AMI's DialBegin, which has the dial string, and DialEnd, which has the outcome. */
function answeredCalls(tell: (call: SeenCall) => void): (event: Message) => void {
  const dialling = new Map<string, string>();
  return (event) => {
    const leg = first(event, 'DestUniqueid');
    if (first(event, 'Event') === 'DialBegin') {
      const text = first(event, 'DialString');
      const digits = /[@/]/.test(text) && !first(event, 'DestChannel').startsWith('Local/') && NUMBER.exec(text)?.[1];
      if (digits && dialling.size < DIALLING) dialling.set(leg, digits);
    }
    if (first(event, 'Event') !== 'DialEnd') return;
    const digits = dialling.get(leg);
    dialling.delete(leg);
    const uniqueid = first(event, 'Uniqueid');
    if (digits === undefined || uniqueid === '' || first(event, 'DialStatus') !== 'ANSWER') return;
    tell({ uniqueid, endpoint: endpointOf(first(event, 'Channel')), digits, realm: first(event, 'Context') });
  };
}

function bypassOf(event: Message): Bypass | null {
  if (first(event, 'Event') !== 'UserEvent' || first(event, 'UserEvent') !== 'Dialwarden') return null;
  const state = first(event, 'State') === 'off' ? 'off' : 'unavailable';
  const verdict = first(event, 'Verdict') === 'allow' ? 'allow' : 'block';
  return { state, verdict, digits: first(event, 'Digits'), uniqueid: first(event, 'Call') };
}

/**
 * Asterisk's live calls over AMI. A transferred call, or one whose Local channel optimised away, lives on in its trunk's
 * leg only; that leg still carries the asking channel's unique id in a variable.
 */
export function asteriskLive(options: LiveOptions): LiveCalls {
  const ami = connectAmi(options);
  options.watch?.(ami);
  const listeners: (() => void)[] = [];
  ami.onEvent(answeredCalls(options.onAnswered));
  ami.onEvent((event) => {
    if (first(event, 'Event') === 'Hangup') for (const listener of listeners) listener();
    const bypass = bypassOf(event);
    if (bypass) options.onBypass(bypass);
  });

  async function channels(): Promise<{ name: string; ids: string[] }[]> {
    const list = await ami.action({ Action: 'CoreShowChannels' });
    const shown = list.filter((m) => first(m, 'Event') === 'CoreShowChannel');
    return Promise.all(
      shown.map(async (m) => {
        const name = first(m, 'Channel');
        const calls = await Promise.all(CALL_VARIABLES.map((variable) => variableOf(name, variable)));
        return { name, ids: [first(m, 'Uniqueid'), ...calls.filter(Boolean)] };
      }),
    );
  }

  async function variableOf(channel: string, variable: string): Promise<string> {
    const [answer] = await ami.action({ Action: 'Getvar', Channel: channel, Variable: variable });
    return answer ? first(answer, 'Value') : '';
  }

  return {
    pbx: 'asterisk',
    async live() {
      if (!ami.connected()) return null;
      try {
        return new Set((await channels()).flatMap(({ ids }) => ids));
      } catch (error) {
        options.log.warn('live channels not known', { error: (error as Error).message });
        return null;
      }
    },
    async hangup(uniqueid) {
      const mine = (await channels()).filter(({ ids }) => ids.includes(uniqueid));
      for (const { name } of mine) await ami.action({ Action: 'Hangup', Channel: name, Cause: '21' });
      return mine.length;
    },
    onHangup: (listener) => listeners.push(listener),
    connected: ami.connected,
    close: ami.close,
  };
}
