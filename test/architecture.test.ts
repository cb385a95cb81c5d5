import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { suite } from './support/suite.ts';

const test = suite('architecture');
const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** From the lowest: an import goes to the same part or to a lower floor, never to another part of the same floor. */
const FLOORS: RegExp[][] = [
  [/^core\//],
  [/^guard\//],
  [/^pbx\/[^/]+\.ts$/],
  [/^pbx\/asterisk\//, /^pbx\/freeswitch\//, /^store\//, /^notify\//, /^http\//, /^console\//, /^config\//, /^audit\//],
];
/** Wiring sees everything. */
const TOP = FLOORS.length;
/** Node's own modules that a pure core has no use for. */
const IMPURE = /^(node:|better-sqlite3|winston|ding-dong|modesl)/;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function place(file: string): { floor: number; part: string } {
  for (const [floor, parts] of FLOORS.entries()) {
    const part = parts.find((p) => p.test(file));
    if (part) return { floor, part: part.source };
  }
  return { floor: TOP, part: 'top' };
}

function imports(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [
    ...text.matchAll(/^(?:import|export)\s[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gms),
  ].map((m) => (m[1] ?? m[2] ?? m[3])!);
}

test('imports only go down', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const from = place(file);
    for (const name of imports(file).filter((n) => n.startsWith('.'))) {
      const target = relative(SRC, resolve(SRC, dirname(file), name));
      const to = place(target);
      const sideways = to.floor === from.floor && to.part !== from.part;
      if (to.floor > from.floor || sideways) wrong.push(`${file} imports ${target}`);
    }
  }
  assert.equal(wrong, []);
});

test('the core does no I/O, reads no clock and draws no random numbers', () => {
  const wrong: string[] = [];
  for (const file of files.filter((f) => f.startsWith('core/'))) {
    const text = readFileSync(join(SRC, file), 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '');
    for (const name of imports(file)) if (IMPURE.test(name)) wrong.push(`${file} imports ${name}`);
    const impure = /\b(Date\.now|new Date\(\)|Math\.random|process\.|performance\.|setTimeout|fetch\()/.exec(text);
    if (impure) wrong.push(`${file} uses ${impure[0]}`);
  }
  assert.equal(wrong, []);
});

test('no shell anywhere: programs are started by name, with a list of arguments', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const text = readFileSync(join(SRC, file), 'utf8');
    const names = /import \{([^}]*)\} from '(?:node:)?child_process'/.exec(text)?.[1] ?? '';
    for (const name of names.split(',').map((n) => n.trim().split(' as ')[0]!))
      if (/^(exec|execSync)$/.test(name)) wrong.push(`${file} imports ${name}`);
    if (names === '' && /['"`](?:node:)?child_process['"`]/.test(text))
      wrong.push(`${file} imports all of child_process`);
    const shell = /\bshell:\s*(?!false)|['"`](?:\/bin\/)?(?:ba|da|z|k)?sh['"`]|\beval\(|new Function\(/.exec(text);
    if (shell && !file.startsWith('audit/')) wrong.push(`${file} has ${shell[0]}`);
  }
  assert.equal(wrong, []);
});

test('imports are found at all', () => {
  assert.ok(imports('app/app.ts').includes('../guard/guard.ts'));
  assert.is(place('core/decide.ts').floor, 0);
  assert.ok(files.length > 50);
});

test.run();
