import type { Destination } from './destination.ts';

/** Everything a PBX knows about who is dialling. Only `core/payer` weighs these clues against each other. */
export interface PayerClues {
  /** The endpoint that the PBX authenticated, or null: on Local and loopback channels there is none. */
  endpoint: string | null;
  /** Who transferred the call here (`BLINDTRANSFER`, `ATTENDEDTRANSFER`), as an endpoint name. */
  transferer: string | null;
  /** A payer that the dialplan set and inherited (`ext=`; FreePBX's AMPUSER). */
  inherited: string | null;
  accountcode: string | null;
  /** RDNIS or Diversion. Any phone can write it, so it counts on Local channels only. */
  redirecting: string | null;
}

/** One outbound call as a PBX adapter asks about it. All strings are hostile and as received. */
export interface DialAttempt {
  /** Which PBX asks: `asterisk` or `freeswitch`. With `uniqueid` and the target it is the key of the call. */
  pbx: string;
  /** The asking channel's unique id. */
  uniqueid: string;
  /** Milliseconds since 1970, UTC. */
  at: number;
  /** What goes to the trunk, without the trunk's own prefix. */
  digits: string;
  /** What the caller typed; null where the PBX does not tell. */
  dialled: string | null;
  payer: PayerClues;
  /** The dialler himself is on the line: an authenticated phone's own, unforwarded, untransferred call. */
  listener: boolean;
  /** Asterisk context or FreeSWITCH domain, to tell sites apart. */
  realm: string | null;
  /** Network address of the phone, where the PBX tells. */
  addr: string | null;
  userAgent: string | null;
  /** Milliseconds since the asking channel came to be; left out where no unique id comes twice. */
  age?: number;
}

/** An attempt whose site, payer and destination are known: what the rules judge. */
export interface Attempt {
  pbx: string;
  uniqueid: string;
  at: number;
  site: string;
  /** Who pays; null when nobody was found. */
  ext: string | null;
  dialled: string;
  listener: boolean;
  destination: Destination;
  /** What the caller may have meant, one slip of the finger away. */
  meant: Meant[];
  /** Network address of the payer's phone; null on Local and transferred channels. */
  addr: string | null;
  /** Milliseconds since the asking channel came to be; left out where no unique id comes twice. */
  age?: number;
}

/** A number of the site's own country that is one slip away from what was dialled. */
export interface Meant {
  /** The slip, as a phrase: `one 0 too many`. */
  edit: string;
  e164: string;
}

/**
 * What makes two questions of one channel the same call: the E.164, or the kind and digits where there is none.
 * (PBX, uniqueid, target) is the key of a call in the ledger.
 */
export function target(attempt: Pick<Attempt, 'destination' | 'dialled'>): string {
  const d = attempt.destination;
  switch (d.kind) {
    case 'national':
    case 'international':
      return d.e164;
    case 'service':
    case 'emergency':
      return `${d.kind}:${d.code}`;
    case 'internal':
      return `internal:${d.ext}`;
    case 'malformed':
      return `malformed:${attempt.dialled.slice(0, 64)}`;
  }
}

/** The end of a trunk's leg, as a PBX adapter reports it. */
export interface CallEnd {
  pbx: string;
  /** The asking channel's unique id (not the trunk channel's). */
  uniqueid: string;
  at: number;
  /** Which of the channel's calls ended; null when the PBX does not say: then its oldest open one. */
  e164: string | null;
  /** The trunk's leg that ended, as the PBX names it; left out where it does not say. What several legs cost is summed. */
  leg?: string;
  /** Milliseconds since that leg was dialled, 0 where none is left; left out where no unique id comes twice. */
  age?: number;
  /** Billed seconds of the leg by each source that spoke; the largest counts. Empty: wall time since the answer was given. */
  seconds: number[];
  /** Whether the far end answered; null when unknown (then it is taken as answered if any source bills). */
  answered: boolean | null;
  /** Q.850 cause, where known. */
  cause: number | null;
  /** The trunk's channel is still up (a transferred call): nothing is released yet. */
  trunkUp: boolean;
}
