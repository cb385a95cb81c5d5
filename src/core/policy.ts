import type { Network } from './addresses/network.ts';
import type { Week } from './hours.ts';
import type { Micros } from './money.ts';
import type { SitePlan } from './numbering/reading.ts';

/** What the owner decided for one site. Comes from the configuration; never changes within a decision. */
export interface Policy {
  site: string;
  plan: SitePlan;
  /** IANA time zone. */
  timezone: string;
  businessHours: Week;
  currency: string;
  /** Units of `currency` for one US dollar: turns the built-in prices into the site's money. */
  perUsd: number;
  /** Lines of the trunk; null: unknown, then no line is kept free. */
  trunkChannels: number | null;
  /** The most that can be lost in any 24 hours. */
  ceilingExtension: Micros;
  ceilingSite: Micros;
  /** The owner wrote the ceilings down: what `learn` found does not change them. */
  ceilingsByOwner: boolean;
  /** Where the site's phones are: calls that cost money are made from there alone. Empty: from anywhere. */
  networks: readonly Network[];
  /** Endpoints with somebody to be asked who pay for nothing themselves, in the notations of `internal`. */
  phones: readonly string[];
}
