import { countryForTimeZone } from '../core/numbering/time-zone.ts';
import type { Site } from '../guard/settings.ts';
import { machineZone } from './place.ts';
import type { Complain } from './problems.ts';
import type { File, SiteKeys } from './schema.ts';
import { type Machine, siteMatch, sitePolicy } from './site.ts';

/** Named sites in their order, then `[site]`, which takes every call that no other matches. */
export function sites(file: File, env: NodeJS.ProcessEnv, complain: Complain): Site[] {
  const zone = machineZone(env);
  const machine: Machine = { zone, country: countryForTimeZone(zone) };
  const base: SiteKeys = file.site ?? {};
  const out: Site[] = [];
  for (const [name, own] of Object.entries(file.sites ?? {})) {
    const table = ['sites', name];
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) complain(table, 'is no name of letters, digits, - and _');
    if (name === 'default') complain(table, 'is what [site] is called; take another name');
    if (own.match === undefined || own.match.length === 0) complain(table, 'needs match = "CONTEXT or 200-299"');
    const at = (key: string, what: string) => complain([...table, key], what);
    out.push({ policy: sitePolicy(name, inherit(base, own), machine, at), match: siteMatch(own.match ?? [], at) });
  }
  const rest = sitePolicy('default', base, machine, (key, what) => complain(['site', key], what));
  return [...out, { policy: rest, match: { realms: [], extensions: [] } }];
}

/** A named site has `[site]`'s keys where it has none of its own; what hangs on the country goes only with it. */
function inherit(base: SiteKeys, own: SiteKeys): SiteKeys {
  const { area_code: _area, timezone: _zone, emergency: _emergency, ...anywhere } = base;
  const abroad = own.country !== undefined && own.country !== base.country;
  return { ...(abroad ? anywhere : base), ...own };
}
