/** A network that an extension called from in the last 90 days and that counts as its own. */
export interface KnownNetwork {
  network: string;
  /** ISO 3166 code; null where no file told. Of private networks the site's own. */
  country: string | null;
  inHouse: boolean;
  /** Milliseconds since 1970. */
  first: number;
  last: number;
}

/** Where the phone is that makes a call, and what is known of that. */
export interface Whereabouts {
  address: string;
  /** The /24 of IPv4 or /48 of IPv6 around it. */
  network: string;
  country: string | null;
  /** A private network: within the house, or over a VPN. */
  inHouse: boolean;
  /** The owner's own word, by the narrowest network that he named. */
  owner: { action: 'allow' | 'deny'; network: string; note: string } | null;
  /** An imported list of denied networks that has the address. */
  list: string | null;
  /** The owner named networks, for good, that this extension is to call from. */
  confined: boolean;
  known: readonly KnownNetwork[];
}

/** Known public networks in one country from which on an extension moves about there, or its provider changes its address daily. */
const MOVES = 5;

/**
 * What is new about where a phone is: a country or a network that the extension never called from. Nothing is before it has a
 * network on record, nor in private networks and those that the owner allowed.
 */
export function newIn({ network, country, inHouse, owner, known }: Whereabouts): 'country' | 'network' | null {
  if (inHouse || owner?.action === 'allow' || known.length === 0) return null;
  if (known.some((k) => k.network === network)) return null;
  if (country === null) return 'network';
  const placed = known.filter((k) => k.country !== null);
  if (placed.length > 0 && placed.every((k) => k.country !== country)) return 'country';
  return placed.filter((k) => k.country === country && !k.inHouse).length >= MOVES ? null : 'network';
}
