import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sounds } from '../guard/speech.ts';

const PACKAGED = fileURLToPath(new URL('../../dialplan/sounds', import.meta.url));
const ENDING = '.wav';

/** The voice files of a folder: name without ending -> path. Throws where the folder cannot be read. */
function soundsIn(folder: string): [string, string][] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith(ENDING))
    .map((file) => [file.slice(0, -ENDING.length), resolve(folder, file)]);
}

/**
 * The voice files of a language, with their paths: those that come with dialwarden, and in their place the owner's from
 * `own/LANGUAGE/`, one by one. Empty where the language has none: then the PBX's own sounds are heard. Throws where the
 * owner's folder cannot be read.
 */
export function findSounds(own: string | null, language: string): Sounds {
  const recorded = own === null ? [] : soundsIn(join(own, language));
  try {
    return new Map([...soundsIn(join(PACKAGED, language)), ...recorded]);
  } catch {
    return new Map(recorded);
  }
}
