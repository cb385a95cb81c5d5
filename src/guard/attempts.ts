import type { Attempt, DialAttempt, Meant } from '../core/attempt.ts';
import { atLeast, type Destination } from '../core/destination.ts';
import { misdialCandidates } from '../core/numbering/misdial.ts';
import type { Reading } from '../core/numbering/reading.ts';
import { readTrunkDigits } from '../core/numbering/trunk.ts';
import type { Policy } from '../core/policy.ts';
import { plainAddress } from './addresses.ts';
import type { Settings } from './settings.ts';
import { place } from './sites.ts';

/** An attempt as the rules judge it, the policy it falls under, and how its digits were read, step by step. */
export interface Understood {
  attempt: Attempt;
  policy: Policy;
  path: string[];
}

/** Finds site, payer and destination of what a PBX asks about. Never throws for what a caller can send. */
export function understand(
  asked: DialAttempt,
  settings: Settings,
  classify: (reading: Reading) => Destination,
): Understood {
  const { policy, ext } = place(asked, settings);
  const isDear = (literal: Reading): boolean => {
    const read = classify(literal);
    return 'class' in read && atLeast(read.class, 'high');
  };
  const reading = readSafely(asked.digits, asked.dialled, policy, isDear);
  const { pbx, uniqueid, at, listener } = asked;
  const dialled = asked.dialled ?? asked.digits;
  const destination = classify(reading);
  const meant = slips(dialled, reading, policy);
  const attempt = {
    pbx,
    uniqueid,
    at,
    site: policy.site,
    ext,
    dialled,
    listener,
    destination,
    meant,
    addr: phoneOf(asked),
    ...(asked.age !== undefined && { age: asked.age }),
  };
  return { attempt, policy, path: reading.path };
}

/**
 * Where the phone is of the one who pays, in the one way to write an address: only an authenticated endpoint has a phone, and
 * behind a transfer the channel is another's.
 */
function phoneOf({ addr, payer }: DialAttempt): string | null {
  if (addr === null || payer.endpoint === null || payer.transferer !== null) return null;
  return plainAddress(addr);
}

/** Reads digits; a fault in the reader is a malformed number, never an open door. */
export function readSafely(
  digits: string,
  dialled: string | null,
  policy: Policy,
  isDear?: (reading: Reading) => boolean,
): Reading {
  try {
    return readTrunkDigits(digits, dialled, policy.plan, isDear);
  } catch (error) {
    return { kind: 'malformed', why: `These digits cannot be read (${(error as Error).name})`, path: [] };
  }
}

/** What may have been meant. A fault in guessing costs the guess, never the call. */
function slips(dialled: string, reading: Reading, policy: Policy): Meant[] {
  try {
    return misdialCandidates(dialled, reading, policy.plan).map(({ edit, meant }) => ({ edit, e164: meant.e164 }));
  } catch {
    return [];
  }
}
