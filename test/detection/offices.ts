import type { Policy } from '../../src/core/policy.ts';
import { policyOf as policyIn } from '../replay/policy.ts';
import type { Subscriber } from './numbers.ts';

/** An office whose telephone system is simulated. */
export interface Office {
  name: string;
  country: string;
  timezone: string;
  /** What is dialled before a country code. */
  idd: string;
  /** What is dialled before a national number. */
  trunk: string;
  emergency: string;
  freephone: string;
  /** Regions it has customers in; ordinary ones first. */
  abroad: string[];
  /** A risky country in which it has an honest partner. */
  partner: string;
  /** Regions that attackers pump here. */
  targets: string[];
  /** Ordinary regions, of no risky class, that attackers who know such lists pump instead. */
  plain: string[];
}

const office = (
  name: string,
  country: string,
  timezone: string,
  [idd, trunk, emergency, freephone]: [string, string, string, string],
  abroad: string,
  partner: string,
  targets: string,
  plain: string,
): Office => ({
  name,
  country,
  timezone,
  idd,
  trunk,
  emergency,
  freephone,
  abroad: abroad.split(' '),
  partner,
  targets: targets.split(' '),
  plain: plain.split(' '),
});

/** For trying thresholds out. */
export const TUNING: Office[] = [
  office(
    'Leeds',
    'GB',
    'Europe/London',
    ['00', '0', '999', '08001111111'],
    'DE FR IE US NL ES',
    'GH',
    'SO GM LV CU MV TN',
    'DK FI HU',
  ),
  office(
    'Hamburg',
    'DE',
    'Europe/Berlin',
    ['00', '0', '112', '08001234567'],
    'AT CH NL GB US PL',
    'TN',
    'SL SO MV CU GM LV',
    'FI GR HU',
  ),
  office(
    'Denver',
    'US',
    'America/Denver',
    ['011', '1', '911', '18005551212'],
    'CA MX GB DE IN PH',
    'JM',
    'SO CU SL MV LV TN',
    'DK GR NO',
  ),
  office(
    'Sydney',
    'AU',
    'Australia/Sydney',
    ['0011', '0', '000', '1800555123'],
    'NZ GB US SG IN CN',
    'FJ',
    'SO GM MV CU SL TN',
    'DK FI NO',
  ),
];

/** For the figures that are published: other countries, other destinations, other seeds. */
export const JUDGING: Office[] = [
  office(
    'Lyon',
    'FR',
    'Europe/Paris',
    ['00', '0', '112', '0800123456'],
    'BE CH DE IT ES GB',
    'SN',
    'LT BA EE ZW GN GB',
    'AT NL CZ',
  ),
  office(
    'Auckland',
    'NZ',
    'Pacific/Auckland',
    ['00', '0', '111', '0800123456'],
    'AU GB US SG JP CN',
    'WS',
    'BF PG LT TL AL BE',
    'AT CL CZ',
  ),
  office(
    'Toronto',
    'CA',
    'America/Toronto',
    ['011', '1', '911', '18005551212'],
    'US GB FR DE IN MX',
    'HT',
    'BA DZ ZW EE GN IT',
    'NL CL AT',
  ),
  office(
    'Bristol',
    'GB',
    'Europe/London',
    ['00', '0', '999', '08001111111'],
    'IE FR DE US IT PL',
    'NG',
    'BF LT TL DZ BA ES',
    'CZ AT CL',
  ),
  office(
    'Zurich',
    'CH',
    'Europe/Zurich',
    ['00', '0', '112', '0800123456'],
    'DE FR IT AT GB US',
    'MA',
    'PG GN EE AL BF LV',
    'NL CZ IE',
  ),
  office(
    'Sao Paulo',
    'BR',
    'America/Sao_Paulo',
    ['0021', '021', '190', '08001234567'],
    'AR CL US PT ES UY',
    'CU',
    'ZW LT BA TL DZ GB',
    'AT NL CZ',
  ),
];

export const dialAbroad = (office: Office, to: Subscriber): string => `${office.idd}${to.cc}${to.nsn}`;
/** Service numbers are dialled without a long-distance carrier's code (Brazil's 0 + CSP). */
export const dialHome = (office: Office, to: Subscriber): string =>
  `${to.kind === 'premium' ? office.trunk.slice(0, 1) : office.trunk}${to.nsn}`;
export const dial = (office: Office, to: Subscriber): string =>
  to.region === office.country ? dialHome(office, to) : dialAbroad(office, to);

/** The policy such an office gets when it configures nothing but where it is. */
export const policyOf = ({ country, timezone }: Office): Policy => policyIn(country, timezone);
