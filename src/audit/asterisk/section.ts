import { isEverybody } from '../network.ts';

/** One `name = value`. */
export interface Entry {
  name: string;
  value: string;
  file: string;
  line: number;
}

/** One `[name]`; values of its templates stand before its own, and the last of a name holds where only one can. */
export interface Section {
  name: string;
  file: string;
  line: number;
  entries: Entry[];
}

/** The entry that holds for a name, any case; the last, as Asterisk takes it. */
export const entryOf = (section: Section | undefined, name: string): Entry | undefined =>
  section?.entries.findLast((e) => e.name.toLowerCase() === name);

/** Its value; undefined where it is not set. */
export const setting = (section: Section | undefined, name: string): string | undefined =>
  entryOf(section, name)?.value;

/** All values of a name that may be given often, also separated by commas. */
export const settingsOf = (section: Section | undefined, name: string): string[] =>
  (section?.entries ?? [])
    .filter((e) => e.name.toLowerCase() === name)
    .flatMap((e) => e.value.split(','))
    .map((v) => v.trim())
    .filter(Boolean);

/** Whether deny= keeps out every address that permit= does not let in; permit= alone keeps out nobody (main/acl.c, ast_apply_acl). */
export const deniesOthers = (section: Section): boolean =>
  settingsOf(section, 'deny').some(isEverybody) && !settingsOf(section, 'permit').some(isEverybody);

/** What Asterisk takes for true (main/utils.c, ast_true). */
export const isTrue = (value: string | undefined): boolean =>
  value !== undefined && /^(yes|true|y|t|1|on)$/i.test(value.trim());

/** What Asterisk takes for false (ast_false). */
export const isFalse = (value: string | undefined): boolean =>
  value !== undefined && /^(no|false|n|f|0|off)$/i.test(value.trim());

/** Where a setting stands: its own line, else its section's. */
export function placeOf(section: Section, name: string): { file: string; line: number } {
  const { file, line } = entryOf(section, name) ?? section;
  return { file, line };
}

/** `[general]`, whose values count for all that do not say it themselves; undefined where there is none. */
export const general = (sections: readonly Section[]): Section | undefined =>
  sections.find((s) => s.name === 'general');

/** The last value of [general]. */
export const generalSetting = (sections: readonly Section[], name: string): string | undefined =>
  setting(general(sections), name);
