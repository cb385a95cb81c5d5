/**
 * Codes that are dialled before a number and carry it: the call, or the diversion they set up, goes to that number.
 * What is no exactly known code is malformed, so that a code never hides a number.
 */
export interface CarryingCode {
  /** Matches the whole string; the group `rest` is the number carried. */
  pattern: RegExp;
  what: string;
  /** Regions; null for everywhere. */
  regions: readonly string[] | null;
  /**
   * `line`: a feature of the own line. `carrier`: picks a network and needs a valid number behind it. `diversion`: no call,
   * but an order to the provider.
   */
  kind: 'line' | 'carrier' | 'diversion';
}

const NORTH_AMERICA = ['+1'];
const code = (prefix: string): RegExp => new RegExp(`^(?:${prefix})(?<rest>.+)$`);
const line = (regions: string[] | null, prefix: string, what: string): CarryingCode => ({
  pattern: code(prefix),
  what,
  regions,
  kind: 'line',
});
const carrier = (regions: string[], prefix: string, what = 'carrier selection'): CarryingCode => ({
  pattern: code(prefix),
  what,
  regions,
  kind: 'carrier',
});

/** Service codes with `*` and `#`. */
export const STAR_CODES: readonly CarryingCode[] = [
  // 3GPP TS 22.030 6.5.2, ETSI ETS 300 738: register a call diversion, with an optional service group and timer.
  {
    pattern: /^\*\*?(?:21|61|62|67|002|004)\*(?<rest>\+?\d+)(?:\*\d{0,2}){0,2}#?$/,
    what: 'call forwarding',
    regions: null,
    kind: 'diversion',
  },
  line(null, '\\*31[#*]|#31#', 'caller ID'),
  line(['IT'], '\\*67#', 'caller ID'),
  // Telcordia vertical service codes (nationalnanpa.com, "Vertical Service Codes").
  line([...NORTH_AMERICA, 'ZZ'], '\\*67|\\*82', 'caller ID'),
  line([...NORTH_AMERICA, 'ZZ'], '\\*70', 'call waiting off'),
  { ...line([...NORTH_AMERICA, 'ZZ'], '\\*(?:72|63|68|90|92)', 'call forwarding'), kind: 'diversion' },
];

/** Codes of digits only. Each source is the country's regulator or incumbent, as named. */
export const DIGIT_CODES: readonly CarryingCode[] = [
  // The rotary forms of *67, *82, *70 and *72 (nationalnanpa.com).
  line(NORTH_AMERICA, '11(?:67|82|70)', 'rotary service code'),
  { ...line(NORTH_AMERICA, '1172', 'call forwarding'), kind: 'diversion' },
  line(['AU'], '183[12]', 'caller ID'), // ACMA, Telecommunications Numbering Plan 2015
  line(['GB'], '141|1470', 'caller ID'), // Ofcom, National Telephone Numbering Plan
  line(['GB'], '1800[12]', 'text relay'), // relayuk.bt.com
  line(['IE'], '14[12]', 'caller ID'), // ComReg, National Numbering Conventions
  line(['JP'], '18[46]', 'caller ID'), // NTT East, 184 and 186
  line(['FR'], '3651', 'caller ID'), // Orange, appel incognito
  line(['ES'], '06[78]', 'caller ID'), // Telefónica, 067
  line(['NZ'], '019[67]', 'caller ID'), // Spark, Caller Display
  line(['HK'], '133', 'caller ID'), // OFCA
  carrier(NORTH_AMERICA, '101\\d{4}'), // FCC 47 CFR 52, carrier identification codes
  carrier(['DE'], '010[1-9]\\d|0100\\d\\d', 'call-by-call'), // BNetzA, Verbindungsnetzbetreiber-Kennzahlen
  carrier(['AT'], '10\\d\\d'), // RTR, KEM-V
  carrier(['CH'], '10[78]\\d\\d'), // OFCOM, carrier selection codes
  carrier(['IT'], '10\\d\\d'),
  carrier(['IT'], '10\\d{3}'), // AGCOM, piano di numerazione
  carrier(['ES'], '10[2-9]\\d'), // CNMC, códigos de selección de operador
  carrier(['PT'], '10\\d\\d'), // ANACOM
  carrier(['PL'], '10\\d\\d'), // UKE
  carrier(['DK'], '10\\d\\d'), // Energistyrelsen, den danske nummerplan
  carrier(['NL'], '16\\d\\d'), // ACM, Nummerplan telefoon
  carrier(['BE'], '1[56]\\d\\d'), // BIPT
  carrier(['SE'], '95\\d\\d'), // PTS
  carrier(['NO'], '15\\d\\d'), // Nkom
  carrier(['FI'], '10\\d'),
  carrier(['FI'], '10\\d\\d'), // Traficom, Regulation 32
  carrier(['GR'], '17\\d\\d|10\\d\\d'), // EETT
  carrier(['IE'], '13\\d{3}'), // ComReg
  carrier(['GB'], '1280|16\\d\\d'), // BT bypass code and Ofcom's indirect access codes
  carrier(['FR'], '16\\d\\d'), // ARCEP
  carrier(['AU'], '14(?:1[14]|34|4[17]|[56]6|7[47]|88)'), // ACMA, carriage service provider override codes
  carrier(['JP'], '0033|001|0041|0061|0077|0088|003[69]'), // MIC, 00XY operator identification codes
  carrier(['CN'], '179\\d\\d|1[12]\\d{3}'), // MIIT, IP telephony access codes
];

/** Whether a code is in use where `region` (country code `countryCode`) is; `ZZ` stands for an unknown country. */
export const usedIn = (entry: CarryingCode, region: string, countryCode: string | null): boolean =>
  entry.regions === null || entry.regions.includes(region) || entry.regions.includes(`+${countryCode}`);
