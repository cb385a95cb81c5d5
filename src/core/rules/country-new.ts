import { newIn } from '../addresses/whereabouts.ts';
import { regionName } from '../numbering/plan.ts';
import type { Rule } from './rule.ts';

/**
 * A costly call from a country that the extension never called from is questioned: somebody travels, or the password does. The
 * incident stays open when the question is answered, since both can press a key.
 */
export const countryNew: Rule = ({ ext }, { whereabouts: w }) =>
  w?.country && newIn(w) === 'country'
    ? {
        family: 'address',
        action: 'warn',
        code: 'country_new',
        text: `Extension ${ext ?? '(none)'} never called from ${regionName(w.country)} (${w.address}) before`,
        evidence: { address: w.address, network: w.network, country: w.country, networks: w.known.length },
        incident: { kind: 'pattern', severity: 'warning' },
      }
    : null;
