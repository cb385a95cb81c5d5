import type { Knock } from '../../core/intrusion/knock.ts';
import type { CallGuard } from '../../guard/port-call-guard.ts';
import type { LiveCalls, SeenCall } from '../../guard/port-live.ts';
import type { Bypass } from '../../guard/undecided.ts';
import { createCallEnds } from './call-ends.ts';
import { connectInbound, type EslInbound, type EslInboundOptions } from './inbound.ts';
import { knockOf, REGISTRATIONS } from './registrations.ts';
import { readLeg } from './verdict.ts';
import type { Message } from './wire.ts';

/** The channels that matter, of all there are, and the dialplan's own events: one positive match is enough. */
const SUBSCRIPTION = [
  `event plain CHANNEL_HANGUP_COMPLETE CHANNEL_APPLICATION CHANNEL_ANSWER CUSTOM ${REGISTRATIONS.join(' ')}`,
  'filter variable_dw_verdict allow',
  'filter variable_dw_leg /./',
  'filter Dialwarden-State /./',
  'filter Event-Subclass /^sofia::/',
  'filter Call-Direction outbound',
];

export interface LiveOptions extends EslInboundOptions {
  /** The dialplan let a call by, or refused it, without a verdict (its `event` application). */
  onBypass(bypass: Bypass): void;
  /** Somebody registers, calls or is refused. */
  onKnock?(knock: Knock): void;
  /** Gets the connection, to ask more of it. */
  watch?(esl: EslInbound): void;
  /** A trunk's leg was answered. */
  onAnswered(call: SeenCall): void;
}

/**
 * A leg that FreeSWITCH dialled and somebody answered, by itself where no channel dialled it (`originate`). Null where it
 * is a telephone's, which a `user/` dial string names, or mod_loopback's, of which another leg goes to the trunk.
 */
function answeredOf(event: Message): SeenCall | null {
  if (event.header('Event-Name') !== 'CHANNEL_ANSWER' || event.header('Call-Direction') !== 'outbound') return null;
  const digits = event.header('Caller-Destination-Number');
  const uniqueid = event.header('Other-Leg-Unique-ID') ?? event.header('Unique-ID');
  const inside = event.header('variable_dialed_user') || event.header('Channel-Name')?.startsWith('loopback/');
  if (inside || !digits || !uniqueid || event.header('variable_dw_leg')) return null;
  return {
    uniqueid,
    endpoint: event.header('Other-Leg-Username') || null,
    digits,
    realm: event.header('Caller-Context') ?? '',
  };
}

function bypassOf(event: Message): Bypass | null {
  const said = event.header('Dialwarden-State');
  if (said === null || event.header('Event-Name') !== 'CHANNEL_APPLICATION') return null;
  const verdict = event.header('Dialwarden-Verdict') === 'allow' ? 'allow' : 'block';
  const [digits, uniqueid] = [event.header('Dialwarden-Digits') ?? '', event.header('Unique-ID') ?? ''];
  return { state: said === 'off' ? 'off' : 'unavailable', verdict, digits, uniqueid };
}

/** Unique ids that can be an argument: who originates a channel may choose another, with a line feed for a second command. */
const ADDRESSABLE = /^[!-~]+$/;

interface Channel {
  uuid: string;
  /** The asking channels it belongs to: itself, and on a trunk's leg the one that dialled it. */
  ids: string[];
}

/**
 * FreeSWITCH's live calls and their ends, over an inbound connection to its event socket. An end is told here and not by
 * the outbound socket, which is closed long before, nor by an `api_hangup_hook`, which would take the place of the
 * dialplan's own and has nothing to tell it with that is always loaded. An end that came while the connection was down
 * is found by comparing leases with `live`.
 */
export function freeswitchLive(options: LiveOptions, guard: Pick<CallGuard, 'ended'>): LiveCalls {
  const listeners: (() => void)[] = [];
  const onEnd = createCallEnds((end) => void guard.ended(end));
  const esl = connectInbound(options, SUBSCRIPTION, (event) => {
    const bypass = bypassOf(event);
    if (bypass) options.onBypass(bypass);
    const knock = knockOf(event, Date.now());
    if (knock) options.onKnock?.(knock);
    const answered = answeredOf(event);
    if (answered) options.onAnswered(answered);
    if (event.header('Event-Name') !== 'CHANNEL_HANGUP_COMPLETE') return;
    onEnd(event);
    for (const listener of listeners) listener();
  });
  options.watch?.(esl);

  async function channels(): Promise<Channel[]> {
    const { rows = [] } = JSON.parse(await esl.api('show', 'channels as json')) as { rows?: { uuid?: unknown }[] };
    const uuids = rows.flatMap(({ uuid }) => (typeof uuid === 'string' ? [uuid] : []));
    return Promise.all(uuids.map(async (uuid) => ({ uuid, ids: [uuid, ...(await callOf(uuid))] })));
  }

  /** `_undef_` where the variable is not set, `-ERR` where the channel is gone. */
  async function callOf(uuid: string): Promise<string[]> {
    if (!ADDRESSABLE.test(uuid)) return [];
    const leg = await esl.api('uuid_getvar', `${uuid} dw_leg`);
    return leg.includes('/') ? [readLeg(leg)!.call] : [];
  }

  return {
    pbx: 'freeswitch',
    async live() {
      if (!esl.connected()) return null;
      try {
        return new Set((await channels()).flatMap(({ ids }) => ids));
      } catch (error) {
        options.log.warn('live channels not known', { pbx: 'freeswitch', error: (error as Error).message });
        return null;
      }
    },
    async hangup(uniqueid) {
      const mine = (await channels()).filter(({ uuid, ids }) => ids.includes(uniqueid) && ADDRESSABLE.test(uuid));
      for (const { uuid } of mine) await esl.api('uuid_kill', `${uuid} CALL_REJECTED`);
      return mine.length;
    },
    onHangup: (listener) => listeners.push(listener),
    connected: esl.connected,
    close: esl.close,
  };
}
