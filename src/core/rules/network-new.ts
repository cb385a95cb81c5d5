import { newIn } from '../addresses/whereabouts.ts';
import type { Rule } from './rule.ts';

/** A costly call from a network that the extension never called from is questioned; the answer makes the network its own. */
export const networkNew: Rule = ({ ext }, { whereabouts: w }) =>
  w && newIn(w) === 'network'
    ? {
        family: 'address',
        action: 'warn',
        code: 'network_new',
        text: `Extension ${ext ?? '(none)'} never called from ${w.network} before`,
        evidence: { address: w.address, network: w.network, country: w.country ?? '', networks: w.known.length },
        incident: { kind: 'questioned', severity: 'info' },
      }
    : null;
