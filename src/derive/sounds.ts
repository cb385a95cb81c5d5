/**
 * Speaks the voice files of a language: `npm run derive:sounds -- LANGUAGE` (default `en`) reads
 * `dialplan/sounds/LANGUAGE.json` and writes `dialplan/sounds/LANGUAGE/`, 16-bit PCM of 8 kHz. Needs Debian's apt, which
 * downloads the synthesiser into `.cache/`.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure, prompt } from './sounds-shape.ts';
import { type SpeechTable, texts } from './sounds-table.ts';
import { synthesiser } from './sounds-voice.ts';
import { writeWave } from './sounds-wave.ts';

const SOUNDS = fileURLToPath(new URL('../../dialplan/sounds', import.meta.url));
const CACHE = process.env.DIALWARDEN_CACHE ?? fileURLToPath(new URL('../../.cache', import.meta.url));

const language = process.argv[2] ?? 'en';
const table = JSON.parse(readFileSync(join(SOUNDS, `${language}.json`), 'utf8')) as SpeechTable;
const spoken = texts(table, language);
const speak = await synthesiser(table, CACHE);

const folder = join(SOUNDS, language);
const coming = `${folder}.part`;
rmSync(coming, { recursive: true, force: true });
let seconds = 0;
for (const [file, text] of spoken) {
  const sound = prompt(await speak(text));
  const path = join(coming, `${file}.wav`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writeWave(sound));
  seconds += measure(sound).seconds;
}
rmSync(folder, { recursive: true, force: true });
renameSync(coming, folder);
console.log(`${spoken.size} files, ${Math.round(seconds)} seconds, in ${folder}`);
