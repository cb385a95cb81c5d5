import { isMoney } from '../spend.ts';
import type { Rule } from './rule.ts';

/** Lines that international and premium calls together leave free, so that the office can still be called and call for help. */
const KEPT_FREE = 2;

export const trunkLines: Rule = ({ destination }, { moneyCalls }, { trunkChannels }) =>
  trunkChannels !== null && isMoney(destination) && moneyCalls >= Math.max(trunkChannels - KEPT_FREE, 0)
    ? {
        family: 'limit',
        action: 'block',
        code: 'limit_trunk_lines',
        text: `International and premium calls leave ${KEPT_FREE} of ${trunkChannels} lines free`,
        evidence: { lines: trunkChannels, open: moneyCalls },
        incident: { kind: 'limit', severity: 'warning', ofSite: true },
      }
    : null;
