/** What libphonenumber's metadata lacks about a country's dialling, with its public source. */

export interface Extra {
  /** More international prefixes (pattern). */
  idd?: string;
  /** Replaces the metadata's rule for what is cut off a nationally dialled number. */
  parse?: { cut: string; put?: string };
  /** Codes of carriers and the like (pattern) that people dial between the trunk prefix and the number. */
  carriers?: string;
  emergency?: string[];
  /** Dialled forms that reach another country without its code: what is cut off, and the E.164 that is put for it. */
  neighbours?: { cut: RegExp; put: string }[];
  /** Replaces the metadata's short codes. */
  short?: { all: string; free?: string };
}

// Códigos de Seleção de Prestadora: Anatel's list as published at maniadecelular.com.br, and the metadata's own.
const CSP = '(?:1[2-579]|2[1-9]|3[124-68]|4[1-35-9]|5[1-8]|6[1-579]|7[12]|8[149]|9[15689])';

// The N11 codes, 988 (FCC 20-100) and the E911 test call. The metadata's other codes of +1 are text message codes, and
// 11xx, the rotary form of *xx.
const NORTH_AMERICA: Extra = {
  short: { all: '[2-8]11|933|00?', free: '[235-8]11|933' },
};
const CRISIS_LINE: Extra = { ...NORTH_AMERICA, emergency: ['988'] };

export const COUNTRY_CODE_1 = NORTH_AMERICA;

/** By region. Emergency numbers: ITU-T E.129 national notifications and the countries' own emergency pages. */
export const EXTRAS: Record<string, Extra> = {
  US: CRISIS_LINE,
  CA: CRISIS_LINE,
  // Anatel, Resolução 749/2022: 90 + CSP is a collect call. Plain 00 is what SIP trunks without CSP take.
  BR: {
    carriers: CSP,
    idd: `00${CSP}?`,
    parse: { cut: `(?:0|90)(?:${CSP}(\\d{10,11}))?`, put: '$1' },
    emergency: ['181', '188', '191', '194', '197', '198', '199'],
  },
  // Ministry of Communications: 8, then 0 before an area code, and none before 80x services; the metadata name the 8 alone.
  BY: { carriers: '0' },
  // IFT: 01, 044 and 045 ended in August 2019, and with them the 1 after +52; phones still dial them.
  MX: { parse: { cut: '(?:01|04[45]|1)(?=\\d{10}$)' } },
  // ARCEP, numéros d'urgence: 114 deaf people, 115 shelter, 116117 doctors, 119 children, 191 air, 196 sea, 197 alert.
  // ARCEP, plan de numérotation: the overseas departments are dialled like home.
  FR: {
    emergency: ['114', '115', '119', '191', '196', '197'],
    neighbours: [
      { cut: /^0(?=(?:26[239]|639|69[23])\d{6}$)/, put: '+262' },
      { cut: /^0(?=[56]90\d{6}$)/, put: '+590' },
      { cut: /^0(?=[56]94\d{6}$)/, put: '+594' },
      { cut: /^0(?=[56]96\d{6}$)/, put: '+596' },
    ],
  },
  // ComReg: 048 is Northern Ireland, +44 28.
  IE: { neighbours: [{ cut: /^048(?=\d{8}$)/, put: '+4428' }] },
  ES: { emergency: ['061', '062', '080', '091', '092'] },
  // Telecom Italia: 0549 is San Marino.
  IT: { emergency: ['114', '117', '1515', '1530'], neighbours: [{ cut: /^(?=0549\d{6}$)/, put: '+378' }] },
  AT: { emergency: ['140', '141', '142', '147'] },
  CH: { emergency: ['143', '145', '147', '1414', '1415'] },
  BE: { emergency: ['102', '103', '106', '107', '110'] },
  PL: { emergency: ['984', '985', '986', '987', '991', '992', '993', '994'] },
  RU: { emergency: ['04', '104'] },
  KZ: { emergency: ['104'] },
  AR: { emergency: ['105', '106'] },
  // Japan Coast Guard.
  JP: { emergency: ['118'] },
  KR: { emergency: ['111', '113', '117', '118'] },
  // IMDA, National Numbering Plan: 020 is the direct code to Malaysia.
  SG: { emergency: ['112', '911'], neighbours: [{ cut: /^020(?=[3-9]\d{7,8}$)/, put: '+60' }] },
  AE: { emergency: ['991', '996'] },
  ZA: { emergency: ['107'] },
  NZ: { emergency: ['105'] },
  IN: { emergency: ['103', '1033', '1091', '1098', '181'] },
};

/** Countries that share one numbering plan and one tariff: a call between them is national. */
export const ONE_COUNTRY: readonly (readonly string[])[] = [
  ['FI', 'AX'],
  ['NO', 'SJ'],
  ['IT', 'VA'],
  ['AU', 'CC', 'CX'],
];

/** Site without a country: emergency where the caller may be anywhere. */
export const EMERGENCY_ANYWHERE = ['112', '911', '999', '000'];
