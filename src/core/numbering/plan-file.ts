/** The shape of `data/plans.json`. Patterns are regular expressions over digits, to be matched from start to end. */

export interface ShortCodes {
  all: string;
  free?: string;
  standard?: string;
  premium?: string;
  /** Known to some networks of the country only. */
  carrier?: string;
  /** For text messages: not dialled. */
  text?: string;
}

export interface PlanFile {
  /** English name of the country. */
  name: string;
  /** E.164 country code. */
  code: string;
  /** Valid national significant numbers: pattern, and the lengths it holds for. */
  shapes: [string, number[]][];
  emergency: string[];
  /** International prefixes. */
  idd?: string;
  preferredIdd?: string;
  /** Trunk prefix; absent where national numbers are dialled without one. */
  trunk?: string;
  /** National numbers that people dial without the trunk prefix though there is one. */
  untrunked?: string;
  /** What is cut off a nationally dialled number, and `transform`, what is put for it where the pattern caught a group. */
  parse?: string;
  transform?: string;
  /** First digits of this region's numbers, where a country code is shared. */
  lead?: string;
  short?: ShortCodes;
}

export interface Plans {
  source: string;
  /** Country code -> regions, the main one first; a non-geographic code is a region of its own, under its digits. */
  codes: Record<string, string[]>;
  /** Area code of country code 1 -> region. */
  northAmerica: Record<string, string>;
  regions: Record<string, PlanFile>;
}
