import type { DialAttempt } from '../../core/attempt.ts';
import { isInternal, matchersOf } from '../../core/numbering/internal.ts';
import type { Policy } from '../../core/policy.ts';
import type { Settings } from '../../guard/settings.ts';
import { evaluate } from './commands.ts';
import type { Session } from './session.ts';

/** Drivers of telephones alone. */
const PHONES_ONLY = new Set(['SCCP', 'Skinny', 'MGCP', 'UNISTIM']);

/**
 * What Asterisk is asked about endpoints of drivers that serve phones and trunks alike, and what it says of a phone.
 * PJSIP: a phone has to prove who it is (`auth`), and to a trunk it is us who do (`outbound_auth`), as the phones and trunks
 * of pjsip_wizard.conf.sample have it. SIP and IAX2: a phone registers here. DAHDI: a line that is no PRI, SS7 or R2 trunk;
 * Asterisk does not tell an analog phone from an analog trunk.
 */
const TOLD: Record<string, [question: (name: string) => string, phone: RegExp]> = {
  PJSIP: [(name) => `\${PJSIP_ENDPOINT(${name},auth)}:\${PJSIP_ENDPOINT(${name},outbound_auth)}`, /^[^:]+:$/],
  SIP: [(name) => `\${SIPPEER(${name},dynamic)}`, /^yes$/],
  IAX2: [(name) => `\${IAXPEER(${name},dynamic)}`, /^yes$/],
  DAHDI: [() => `\${CHANNEL(dahdi_type)}`, /^analog$/],
};

/** Names that mean nothing more within an expression. */
const PLAIN = /^[\w.@/+-]+$/;

/**
 * The attempt, without a listener where its channel is a trunk's: whoever called in from outside, and is sent out again at
 * the cost of an `ext=` or account code, is no dialler of ours who could be asked. An endpoint that a site's `internal` or
 * `phones` names is a phone. The name of any other says nothing, since phones are also named by their user or MAC address and
 * pay by `ext=` or account code too; so Asterisk is asked what it is, in one more round trip that only such calls take.
 * Rejects with SessionOver.
 */
export async function withListener(
  session: Session,
  attempt: DialAttempt,
  channel: string,
  { sites }: Pick<Settings, 'sites'>,
): Promise<DialAttempt> {
  const { endpoint } = attempt.payer;
  if (!attempt.listener || endpoint === null) return attempt;
  if (sites.some(({ policy }) => isNamed(endpoint, policy))) return attempt;
  return (await isPhone(session, endpoint, channel.split('/', 1)[0]!)) ? attempt : { ...attempt, listener: false };
}

const isNamed = (endpoint: string, { plan, phones }: Policy): boolean =>
  isInternal(endpoint, plan) || matchersOf(phones).some((matches) => matches(endpoint));

async function isPhone(session: Session, endpoint: string, driver: string): Promise<boolean> {
  if (PHONES_ONLY.has(driver)) return true;
  const told = TOLD[driver];
  if (!told || !PLAIN.test(endpoint)) return false;
  const [question, phone] = told;
  const { value } = await session.command(evaluate(question(endpoint)));
  return phone.test(value ?? '');
}
