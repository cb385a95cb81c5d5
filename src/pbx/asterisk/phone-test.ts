import { EventEmitter, once } from 'node:events';
import { type AmiConnection, first, type Message } from './ami-connection.ts';

/** What a phone dials to be asked for a key before its call is answered: `DIAL` on the keys. */
export const TEST_CODE = '*3425';

/** How long a phone may ring, its user take to press a key, and to dial the code. */
const RING_MS = 30_000;
const KEY_MS = 30_000;
const DIAL_MS = 60_000;

/** When a phone's keys reached the PBX. */
export interface PhoneTest {
  answered: boolean;
  /** null: nobody dialled the code, or after the answer there was no key either. */
  early: boolean | null;
}

/** The phone could not be tried. The message is for the administrator. */
export class PhoneNotTested extends Error {
  override name = 'PhoneNotTested';
}

const CUT_SHORT =
  'the call ended before anybody could press a key: stay on the line, and see that the dialplan has [dialwarden-prompt]';
/** Reasons of an OriginateResponse: Asterisk's control frames (`include/asterisk/frame.h`). */
const REASONS: Record<string, string> = {
  0: 'there is no such phone, or it is not registered',
  1: 'it does not answer',
  3: 'it rang and nobody answered',
  5: 'it is busy',
  8: 'it is not reachable or refuses the call',
};

/** Waits for the first event that `is` knows, also of those that came before; null where none comes in time. */
type Next = (is: (event: Message) => boolean, ms: number) => Promise<Message | null>;

function eventsOf(ami: AmiConnection): Next {
  const came: Message[] = [];
  const arrival = new EventEmitter();
  ami.onEvent((event) => {
    came.push(event);
    arrival.emit('event');
  });
  return async (is, ms) => {
    const signal = AbortSignal.timeout(ms);
    for (;;) {
      const found = came.find(is);
      if (found || signal.aborted) return found ?? null;
      await once(arrival, 'event', { signal }).catch(() => undefined);
    }
  };
}

/**
 * Calls a phone through the dialplan's `dialwarden-prompt`, where its user presses a key after the answer. A phone that is
 * called hears no early media, so that for the other half its user dials TEST_CODE. Rejects with PhoneNotTested.
 */
export async function testPhone(ami: AmiConnection, phone: string): Promise<PhoneTest> {
  const next = eventsOf(ami);
  const call = await ring(ami, phone, next);
  const answer = await next((e) => isPrompt(e, 'answered', call) || isHangup(e, call), KEY_MS);
  if (answer === null || isHangup(answer, call)) throw new PhoneNotTested(CUT_SHORT);
  if (first(answer, 'Key') === '') return { answered: false, early: null };
  const back = await next((e) => isEarly(e, phone), DIAL_MS);
  return { answered: true, early: back && first(back, 'Key') !== '' };
}

/** Rings the phone. Returns the unique id of its channel once somebody has answered. */
async function ring(ami: AmiConnection, phone: string, next: Next): Promise<string> {
  const [said] = await ami.action({
    Action: 'Originate',
    Channel: phone.includes('/') ? phone : `PJSIP/${phone}`,
    Context: 'dialwarden-prompt',
    Exten: 'answered',
    Priority: '1',
    CallerID: 'dialwarden <dialwarden>',
    Timeout: String(RING_MS),
    Async: 'true',
  });
  if (!said || first(said, 'Response') !== 'Success') {
    const why = said ? first(said, 'Message') : 'no answer';
    throw new PhoneNotTested(`Asterisk does not call ${phone} (${why}): [ami] needs write = originate in manager.conf`);
  }
  const id = first(said, 'ActionID');
  const mine = (e: Message) => first(e, 'Event') === 'OriginateResponse' && first(e, 'ActionID') === id;
  const outcome = await next(mine, RING_MS + KEY_MS);
  if (outcome && first(outcome, 'Response') === 'Success') return first(outcome, 'Uniqueid');
  const reason = outcome ? (REASONS[first(outcome, 'Reason')] ?? `reason ${first(outcome, 'Reason')}`) : REASONS[1];
  throw new PhoneNotTested(`${phone} cannot be called: ${reason}`);
}

const isPrompt = (e: Message, way: string, call: string): boolean =>
  first(e, 'UserEvent') === 'DialwardenPrompt' && first(e, 'Way') === way && first(e, 'Call') === call;
const isEarly = (e: Message, phone: string): boolean =>
  first(e, 'UserEvent') === 'DialwardenPrompt' && first(e, 'Phone') === phone.slice(phone.indexOf('/') + 1);
const isHangup = (e: Message, call: string): boolean => first(e, 'Event') === 'Hangup' && first(e, 'Uniqueid') === call;
