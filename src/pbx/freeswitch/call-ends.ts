import type { CallEnd } from '../../core/attempt.ts';
import { type Leg, readLeg } from './verdict.ts';
import { ageOf, type Message, moment } from './wire.ts';

/** Ends remembered until the other leg's comes; both come within moments. */
const REMEMBERED = 10_000;

/**
 * Turns the ends of channels (`CHANNEL_HANGUP_COMPLETE`) into ends of calls. The trunk's leg counts, known by its
 * `dw_leg`: a caller who transferred is long gone. A leg that was never answered is not the end, since a second gateway
 * may follow: then the call ends with the asking channel (`dw_verdict` is `allow`), whichever of the two comes last.
 */
export function createCallEnds(ended: (end: CallEnd) => void): (event: Message) => void {
  const legs = new Map<string, boolean>();
  const callersGone = new Map<string, number>();

  const asEnd = (event: Message, uniqueid: string, e164: string, answered: boolean): CallEnd => ({
    pbx: 'freeswitch',
    uniqueid,
    at: Date.now(),
    e164: /^\+\d{1,15}$/.test(e164) ? e164 : null,
    seconds: [answered ? billed(event) : 0],
    answered,
    cause: whole(event.header('variable_hangup_cause_q850')),
    trunkUp: false,
  });

  function legEnded(event: Message, uuid: string, { call, e164 }: Leg): void {
    const answered = billed(event) > 0;
    remember(legs, uuid, answered);
    // A later caller may have the unique id of an earlier one.
    const callerGone = (moment(event, 'Caller-Channel-Created-Time') ?? 0) <= (callersGone.get(call) ?? -1);
    if (answered || callerGone)
      ended({ ...asEnd(event, call, e164, answered), ...named(event, uuid), ...ageOf(event) });
  }

  function callerEnded(event: Message, uuid: string): void {
    const leg = event.header('variable_last_bridge_to');
    const answered = leg === null ? false : legs.get(leg);
    if (answered === undefined)
      remember(callersGone, uuid, moment(event, 'Caller-Channel-Hangup-Time') ?? Number.POSITIVE_INFINITY);
    else if (!answered) ended({ ...asEnd(event, uuid, event.header('variable_dw_e164') ?? '', false), age: 0 });
  }

  return (event) => {
    const uuid = event.header('Unique-ID');
    if (event.header('Event-Name') !== 'CHANNEL_HANGUP_COMPLETE' || uuid === null) return;
    const leg = readLeg(event.header('variable_dw_leg'));
    if (leg) legEnded(event, uuid, leg);
    if (event.header('variable_dw_verdict') === 'allow') callerEnded(event, uuid);
  };
}

/** mod_loopback's legs inherit `dw_leg` and hand it on: the one behind them goes to the trunk, and is charged once. */
const named = (event: Message, leg: string) => (event.header('Channel-Name')?.startsWith('loopback/') ? {} : { leg });

const whole = (text: string | null): number | null => (text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null);

/** Begun seconds: `billsec` is cut off, and carriers charge the last one. */
function billed(event: Message): number {
  const ms = whole(event.header('variable_billmsec'));
  return ms === null ? (whole(event.header('variable_billsec')) ?? 0) : Math.ceil(ms / 1000);
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  if (map.size > REMEMBERED) map.delete(map.keys().next().value as string);
}
