import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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

/** A command line of a program of the tree, run through its own loader and libraries. */
function command(tree: string, program: string, args: string[]): [string, string[]] {
  const folders = ['lib', 'usr/lib'].map((dir) => join(tree, dir)).filter((dir) => existsSync(dir));
  const machine = folders.flatMap((dir) =>
    readdirSync(dir).flatMap((name) => (name.endsWith('-linux-gnu') ? [join(dir, name)] : [])),
  );
  const loader = machine.flatMap((dir) =>
    readdirSync(dir).flatMap((f) => (/^ld-linux.*\.so/.test(f) ? [join(dir, f)] : [])),
  );
  if (!loader[0]) throw new Error(`${tree} has no dynamic loader`);
  const path = machine.flatMap((dir) => [dir, join(dir, 'pulseaudio')]).join(':');
  return [loader[0], ['--library-path', path, join(tree, 'usr/bin', program), ...args]];
}

/** A synthesiser of Debian, speaking with the table's voice. */
export async function synthesiser({ synthesiser: name, voice }: SpeechTable, cacheDir: string): Promise<Speak> {
  const cache = resolve(cacheDir);
  mkdirSync(cache, { recursive: true });
  const tree = await unpacked(name, cache);
  const file = join(cache, `voice-${process.pid}.wav`);
  const data = join(tree, 'usr/lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`);
  return async (text) => {
    const args =
      name === 'flite' ? ['-voice', voice, '-t', text, '-o', file] : [`--path=${data}`, '-v', voice, '-w', file, text];
    await run(...command(tree, name, args));
    const sound = readWave(readFileSync(file));
    rmSync(file);
    return sound;
  };
}
