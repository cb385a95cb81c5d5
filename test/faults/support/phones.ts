import * as assert from 'uvu/assert';
import { type GuardProcess, startGuard } from '../../support/guard.ts';
import { type Lab, startLab } from '../../support/lab.ts';
import { freeTcpPort } from '../../support/ports.ts';

/** Emergency numbers: of the dialplan, and of the site's own list. */
export const EMERGENCY = ['112', '110'];
export const NATIONAL = '0301234567';
/** A known destination abroad (see `vouch`). */
export const ABROAD = '00447400123456';

/** A PBX with the fallback list that `dialwarden fallback` writes, and the port on which it looks for a guard. */
export async function labWithFallback(): Promise<{ lab: Lab; agiPort: number }> {
  const agiPort = await freeTcpPort();
  const guard = await startGuard();
  const fallback = await guard.run('fallback');
  await guard.stop();
  return { agiPort, lab: await startLab({ agi: agiPort, fallback }) };
}

/** Every extension may call the United Kingdom unasked, so that only the fault can stop such a call. */
export const vouch = (guard: GuardProcess): Promise<string> => guard.run('confirm', 'add', '*', 'GB');

/** One call from a phone to its final status; an answered one is ended. */
export async function dial(lab: Lab, digits: string, ext = '101', ms = 10_000): Promise<number> {
  const call = await (await lab.phone(ext)).invite(digits);
  const status = await call.final(ms);
  if (status === 200) call.bye();
  return status;
}

const EACH = [...EMERGENCY, NATIONAL, ABROAD];

/** Dials an emergency number of the dialplan and one of the site, a national number, and one abroad, all at once. */
const each = (lab: Lab): Promise<number[]> => Promise.all(EACH.map((digits, i) => dial(lab, digits, String(101 + i))));

/** While the guard gives no verdict, emergency and national calls go out, a call abroad does not. */
export async function fallbackHolds(lab: Lab): Promise<void> {
  assert.equal(await each(lab), [200, 200, 200, 403], String(EACH));
}

/** While the guard works, all of them go out. */
export async function guardHolds(lab: Lab): Promise<void> {
  assert.equal(await each(lab), [200, 200, 200, 200], String(EACH));
}

/** Calls abroad that reached the trunk so far. */
export const goneAbroad = (lab: Lab): number => lab.trunk.dialled().filter((digits) => digits.startsWith('00')).length;

/** Every call abroad that reached the trunk after the first `before` stands in the ledger as allowed; the PBX is idle. */
export async function nothingUnrecorded(lab: Lab, guard: GuardProcess, before = 0): Promise<void> {
  await lab.pbx.idle(10_000);
  const abroad = goneAbroad(lab) - before;
  const allowed = (await guard.calls()).filter(
    ({ dialled, verdict }) => dialled.startsWith('00') && verdict === 'allow',
  );
  assert.is(allowed.length, abroad, `${abroad} calls abroad at the trunk, ${allowed.length} on record`);
}
