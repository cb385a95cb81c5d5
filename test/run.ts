import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { patiently, watchStalls } from './support/stalls.ts';
import type { FileReport } from './support/suite.ts';

// `npm test [-- PATTERN...]`: every test/**/*.test.ts whose path holds one of the patterns, each in its own process.
// Files that own a PBX or kill processes run one after another, behind all others. A file that failed while the machine
// stood still is tried once more, and says so: what it measured was the machine.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SERIAL = /^test\/(pbx|faults)\//;
const FILE_LIMIT_MS = 10 * 60_000;
const RUN_LIMIT_MS = 75 * 60_000;
const AT_ONCE = 2;

interface FileResult extends FileReport {
  file: string;
  ms: number;
  output: string;
}

const alive = new Set<ChildProcess>();
const stalled = watchStalls();
const started = Date.now();

function testFiles(patterns: string[]): string[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => patterns.length === 0 || patterns.some((p) => file.includes(p)))
    .sort();
}

/** A test file leads its own process group, so that what it started dies with it. */
function killGroup(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

async function runFile(file: string): Promise<FileResult> {
  const began = Date.now();
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, DIALWARDEN_TEST_REPORT: '3', NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  alive.add(child);
  let output = '';
  let told = '';
  child.stdout!.on('data', (chunk) => (output += chunk));
  child.stderr!.on('data', (chunk) => (output += chunk));
  child.stdio[3]!.on('data', (chunk) => (told += chunk));
  const limit = Math.max(1, Math.min(FILE_LIMIT_MS, RUN_LIMIT_MS - (began - started)));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killGroup(child);
  }, limit);
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', (status) => resolve(status));
  });
  clearTimeout(timer);
  alive.delete(child);
  return { file, ms: Date.now() - began, output, ...judge(told, code, late ? limit : null) };
}

function judge(told: string, code: number | null, lateMs: number | null): FileReport {
  const report: FileReport = told ? JSON.parse(told) : { passed: 0, failed: 0, skipped: [], problems: [] };
  if (lateMs !== null) report.problems.push(`killed after ${lateMs} ms`);
  else if (!told) report.problems.push(`ended with code ${code} and ran no test`);
  else if (code !== 0 && report.failed === 0 && report.skipped.length === 0 && report.problems.length === 0) {
    report.problems.push(`ended with code ${code}`);
  }
  if (report.problems.length > 0 && report.failed === 0) report.failed = 1;
  return report;
}

function show(result: FileResult): void {
  const { file, passed, failed, skipped, problems, ms, output } = result;
  const mark = failed > 0 ? 'FAIL' : 'ok  ';
  const counts = [`${passed} passed`, failed && `${failed} failed`, skipped.length && `${skipped.length} skipped`];
  console.log(`${mark} ${file}  ${counts.filter(Boolean).join(', ')}  ${(ms / 1000).toFixed(1)} s`);
  for (const why of new Set(skipped.map((s) => s.why))) console.log(`     skipped: ${why}`);
  if (failed > 0) console.log(`${output.trimEnd()}\n${problems.map((p) => `  ${p}\n`).join('')}`);
}

async function drain(queue: string[], results: FileResult[]): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const result = await patiently(
      () => runFile(file),
      stalled,
      (failed, ms) => {
        show(failed);
        console.log(`     tried once more: the machine stood still for ${(ms / 1_000).toFixed(1)} s meanwhile`);
      },
    );
    results.push(result);
    show(result);
  }
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      alive.forEach(killGroup);
      process.exit(130);
    });
  }
  const files = testFiles(process.argv.slice(2));
  const results: FileResult[] = [];
  const together = files.filter((file) => !SERIAL.test(file));
  await Promise.all(Array.from({ length: AT_ONCE }, () => drain(together, results)));
  await drain(
    files.filter((file) => SERIAL.test(file)),
    results,
  );
  const sum = (of: (r: FileResult) => number) => results.reduce((total, r) => total + of(r), 0);
  const [failed, skipped] = [sum((r) => r.failed), sum((r) => r.skipped.length)];
  if (files.length === 0) console.log('no test file matches');
  if (skipped > 0 && process.env.CI === 'true') console.log('CI=true: a skipped test is a failure');
  console.log(`${sum((r) => r.passed)} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed > 0 || files.length === 0 || (skipped > 0 && process.env.CI === 'true') ? 1 : 0);
}

await main();
