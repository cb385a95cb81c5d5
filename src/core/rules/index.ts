import { breaker } from './breaker.ts';
import { callEnded } from './call-ended.ts';
import { countryNew } from './country-new.ts';
import { farApart } from './far-apart.ts';
import { hours } from './hours.ts';
import { insisting } from './insisting.ts';
import { limits } from './limits.ts';
import { lineType } from './line-type.ts';
import { malformed } from './malformed.ts';
import { misdial } from './misdial.ts';
import { networkDenied } from './network-denied.ts';
import { networkNew } from './network-new.ts';
import { networkOutside } from './network-outside.ts';
import { noPayer } from './no-payer.ts';
import { novelty } from './novelty.ts';
import { ownerPrefix } from './owner-prefix.ts';
import { parallel } from './parallel.ts';
import { persisting } from './persisting.ts';
import { premiumService } from './premium-service.ts';
import { probedNumber } from './probed-number.ts';
import { probing } from './probing.ts';
import { pumping } from './pumping.ts';
import { questionOpen } from './question-open.ts';
import { regions } from './regions.ts';
import type { Rule } from './rule.ts';
import { spreading } from './spreading.ts';
import { tollBlock } from './toll-block.ts';
import { trunkLines } from './trunk-lines.ts';
import { waking } from './waking.ts';

/** In the order in which they speak; of equally severe findings the first is the verdict's reason. */
export const RULES: readonly Rule[] = [
  tollBlock,
  callEnded,
  malformed,
  noPayer,
  ownerPrefix,
  networkDenied,
  networkOutside,
  lineType,
  premiumService,
  misdial,
  probedNumber,
  novelty,
  farApart,
  countryNew,
  networkNew,
  breaker,
  hours,
  regions,
  limits,
  trunkLines,
  questionOpen,
  insisting,
  persisting,
  parallel,
  spreading,
  probing,
  pumping,
  waking,
];
