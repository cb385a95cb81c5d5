import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { SpeechTable } from './sounds-table.ts';
import { readWave, type Sound } from './sounds-wave.ts';

const run = promisify(execFile);

export type Speak = (text: string) => Promise<Sound>;

/**
 * A Debian package and all it needs, downloaded by apt and unpacked below `cache`: no root, nothing is installed. Answers
 * the folder. Rejects where there is no apt, or where its lists do not know the package (`apt-get update`).
 */
async function unpacked(name: string, cache: string): Promise<string> {
  const tree = join(cache, `voice-${name}`);
  if (existsSync(tree)) return tree;
  const work = `${tree}.part`;
  rmSync(work, { recursive: true, force: true });
  for (const dir of ['tree', 'cache/archives/partial']) mkdirSync(join(work, dir), { recursive: true });
  writeFileSync(join(work, 'status'), '');
  const settings = [`Dir::State::status=${work}/status`, `Dir::Cache=${work}/cache`, 'APT::Install-Recommends=false'];
  const options = [...settings, 'Debug::NoLocking=1'].flatMap((setting) => ['-o', setting]);
  await run('apt-get', [...options, 'install', '-y', '--download-only', name]);
  const archives = join(work, 'cache/archives');
  for (const deb of readdirSync(archives).filter((file) => file.endsWith('.deb')))
    await run('dpkg-deb', ['-x', join(archives, deb), join(work, 'tree')]);
  renameSync(join(work, 'tree'), tree);
  rmSync(work, { recursive: true });
  return tree;
}

/** Library folders of an unpacked tree, the machine's own (`x86_64-linux-gnu`) and those below it that programs need. */
function libraries(tree: string): string[] {
  const roots = ['lib', 'usr/lib'].map((dir) => join(tree, dir)).filter((dir) => existsSync(dir));
  return roots.flatMap((dir) =>
    readdirSync(dir).flatMap((name) => (name.endsWith('-linux-gnu') ? [join(dir, name)] : [])),
  );
}

/** The file in one of these folders whose name begins so. Throws an Error where none has it. */
function find(folders: string[], start: string): string {
  for (const dir of folders) for (const name of readdirSync(dir)) if (name.startsWith(start)) return join(dir, name);
  throw new Error(`no ${start}* in ${folders.join(', ')}`);
}

/** A synthesiser of Debian, speaking with the table's voice: run through the unpacked tree's own loader and libraries. */
export async function synthesiser({ synthesiser: name, voice }: SpeechTable, cacheDir: string): Promise<Speak> {
  const cache = resolve(cacheDir);
  mkdirSync(cache, { recursive: true });
  const tree = await unpacked(name, cache);
  const folders = libraries(tree);
  const path = folders.flatMap((dir) => [dir, join(dir, 'pulseaudio')]).join(':');
  const program = [find(folders, 'ld-linux'), '--library-path', path, join(tree, 'usr/bin', name)] as const;
  const file = join(cache, `voice-${process.pid}.wav`);
  const options =
    name === 'flite'
      ? ['-voice', voice, '-o', file, '-t']
      : [`--path=${dirname(find(folders, 'espeak-ng-data'))}`, '-v', voice, '-w', file];
  return async (text) => {
    await run(program[0], [...program.slice(1), ...options, text]);
    const sound = readWave(readFileSync(file));
    rmSync(file);
    return sound;
  };
}
