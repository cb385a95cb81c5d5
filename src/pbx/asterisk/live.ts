import type { LiveCalls } from '../../guard/port-live.ts';
import type { Bypass } from '../../guard/undecided.ts';
import { type AmiConnection, type AmiOptions, connectAmi, first, type Message } from './ami-connection.ts';

/** The dialplan sets it on the asking channel, inherited by the trunk's leg: the asking channel's unique id. */
const CALL_VARIABLE = 'DW_CALL';

export interface LiveOptions extends AmiOptions {
  /** The dialplan let a call by, or refused it, without a verdict (its `UserEvent(Dialwarden,...)`). */
  onBypass(bypass: Bypass): void;
  /** Gets the connection, to listen to more of it. */
  watch?(ami: AmiConnection): void;
}

function bypassOf(event: Message): Bypass | null {
  if (first(event, 'Event') !== 'UserEvent' || first(event, 'UserEvent') !== 'Dialwarden') return null;
  const state = first(event, 'State') === 'off' ? 'off' : 'unavailable';
  const verdict = first(event, 'Verdict') === 'allow' ? 'allow' : 'block';
  return { state, verdict, digits: first(event, 'Digits'), uniqueid: first(event, 'Call') };
}

/**
 * Asterisk's live calls over AMI. A transferred call, or one whose Local channel optimised away, lives on in its trunk's
 * leg only; that leg still carries the asking channel's unique id in an inherited variable.
 */
export function asteriskLive(options: LiveOptions): LiveCalls {
  const ami = connectAmi(options);
  options.watch?.(ami);
  const listeners: (() => void)[] = [];
  ami.onEvent((event) => {
    if (first(event, 'Event') === 'Hangup') for (const listener of listeners) listener();
    const bypass = bypassOf(event);
    if (bypass) options.onBypass(bypass);
  });

  async function channels(): Promise<{ name: string; ids: string[] }[]> {
    const list = await ami.action({ Action: 'CoreShowChannels' });
    const shown = list.filter((m) => first(m, 'Event') === 'CoreShowChannel');
    return Promise.all(
      shown.map(async (m) => ({ name: first(m, 'Channel'), ids: [first(m, 'Uniqueid'), ...(await callOf(m))] })),
    );
  }

  async function callOf(message: Message): Promise<string[]> {
    const answer = await ami.action({ Action: 'Getvar', Channel: first(message, 'Channel'), Variable: CALL_VARIABLE });
    const value = answer[0] ? first(answer[0], 'Value') : '';
    return value ? [value] : [];
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
