import { parseAddress } from '../../core/addresses/address.ts';
import { formatNetwork, isInHouse, surroundings } from '../../core/addresses/network.ts';
import { type KnownNetwork, newIn, type Whereabouts } from '../../core/addresses/whereabouts.ts';
import type { Attempt } from '../../core/attempt.ts';
import type { Policy } from '../../core/policy.ts';
import { recent } from '../../guard/recent.ts';
import type { Db } from './database.ts';
import { networksReader } from './networks.ts';
import { DAY } from './usage.ts';

/** A network that an extension did not use for so long is new again. */
const REMEMBERED = 90 * DAY;
/** What an extension called from so long before the guard blocked it for fraud was the intruder's. */
const POISONED = 7 * DAY;
/** Ordinary calls are put on record no oftener, for each phone. */
const REFRESH_MS = 5 * 60_000;
/** Phones of which the last record is remembered. */
const MOST = 50_000;

/** Tells the country (ISO 3166) of an address; null where it cannot. */
export type CountryOf = (address: string) => string | null;

interface Place extends Pick<Whereabouts, 'network' | 'country' | 'inHouse'> {
  bytes: Uint8Array;
}

function placeOf(text: string, countryOf: CountryOf, site: Policy): Place | null {
  const bytes = parseAddress(text);
  if (!bytes) return null;
  const inHouse = isInHouse(bytes);
  const country = inHouse ? site.plan.country : countryOf(text);
  return { bytes, network: formatNetwork(surroundings(bytes)), country, inHouse };
}

/** Reads where the phone of an attempt is, and what is known of that; null where the PBX tells no address. */
export function whereaboutsReader(
  db: Db,
  countryOf: CountryOf,
): (attempt: Pick<Attempt, 'site' | 'ext' | 'at' | 'addr'>, site: Policy) => Whereabouts | null {
  const said = networksReader(db);
  const known = db.prepare(
    `SELECT network, country, first, last FROM phones WHERE site = @site AND ext = @ext AND last > @since
       AND NOT EXISTS (SELECT 1 FROM blocks INDEXED BY blocks_guard WHERE blocks.by = 'guard' AND blocks.site = phones.site
         AND blocks.ext = phones.ext AND blocks.at BETWEEN phones.first AND phones.first + ${POISONED})`,
  );
  return ({ site, ext, at, addr }, policy) => {
    const place = addr === null ? null : placeOf(addr, countryOf, policy);
    if (place === null || addr === null) return null;
    const { bytes, ...where } = place;
    const who = { site, ext: ext ?? '', at };
    const rows = known.all({ ...who, since: at - REMEMBERED }) as Omit<KnownNetwork, 'inHouse'>[];
    return {
      address: addr,
      ...where,
      ...said({ ...who, address: bytes, inHouse: where.inHouse }, policy.networks),
      known: rows.map((row) => ({ ...row, inHouse: isInHouse(parseAddress(row.network.replace(/\/.*/, ''))!) })),
    };
  };
}

/**
 * Keeps where extensions call from, within the ledger's transaction. A costly call that went on makes its network the extension's
 * own, unless it is new and nobody was asked. Ordinary calls make only the first one known; of others they say that it is in use.
 */
export function phoneKeeper(db: Db, policies: (site: string) => Policy, countryOf: CountryOf) {
  const use = db.prepare(
    'UPDATE phones SET last = MAX(last, @at) WHERE site = @site AND ext = @ext AND network = @network AND last > @since',
  );
  const own = db.prepare(
    `INSERT INTO phones (site, ext, network, country, first, last) VALUES (@site, @ext, @network, @country, @at, @at)
     ON CONFLICT DO UPDATE SET country = @country, first = @at, last = @at`,
  );
  const others = db.prepare('SELECT 1 FROM phones WHERE site = @site AND ext = @ext AND last > @since LIMIT 1');
  const told = recent<number>(MOST);

  function ordinary(site: string, ext: string, addr: string, at: number): void {
    const key = `${site}/${ext}/${addr}`;
    if (at - (told.get(key) ?? Number.NEGATIVE_INFINITY) < REFRESH_MS) return;
    told.set(key, at);
    const place = placeOf(addr, countryOf, policies(site));
    if (!place) return;
    const { network, country } = place;
    const who = { site, ext, at, since: at - REMEMBERED };
    if (use.run({ ...who, network }).changes > 0 || others.get({ site, ext, since: who.since })) return;
    own.run({ site, ext, at, network, country });
  }

  return ({ site, ext, at, addr }: Attempt, where: Whereabouts | null, confirmed = false): void => {
    if (ext === null || addr === null) return;
    if (where === null) {
      ordinary(site, ext, addr, at);
      return;
    }
    const { network, country, known } = where;
    if (known.some((k) => k.network === network)) use.run({ site, ext, at, network, since: at - REMEMBERED });
    else if (confirmed || newIn(where) === null) own.run({ site, ext, at, network, country });
  };
}

/** A network on record of an extension. */
export interface PhoneRow extends Omit<KnownNetwork, 'inHouse'> {
  site: string;
  ext: string;
}

/** The networks on record, those used last first. */
export const list = (db: Db, now: number, ext?: string): PhoneRow[] =>
  db
    .prepare('SELECT * FROM phones WHERE last > ? AND ext = COALESCE(?, ext) ORDER BY last DESC')
    .all(now - REMEMBERED, ext ?? null) as PhoneRow[];
