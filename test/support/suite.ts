import { writeSync } from 'node:fs';
import { suite as uvuSuite } from 'uvu';
import { Skip, skip } from './skip.ts';

export { skip };

// uvu 0.5.6 exits 0 when `before()` throws or `.run()` is forgotten, and lets a test hang for ever. This wrapper has
// uvu's call shape and none of that: every test ends passed, failed or skipped, and what did not run has failed.

// biome-ignore lint/suspicious/noExplicitAny: the context is whatever the hooks put there, as in uvu.
export type Context = Record<string, any>;
type Callback<T> = (context: T) => Promise<void> | void;
type Outcome = 'waiting' | 'passed' | 'failed' | { skipped: string };

/** What one test file reports to `test/run.ts` on the file descriptor named by `DIALWARDEN_TEST_REPORT`. */
export interface FileReport {
  passed: number;
  failed: number;
  skipped: { test: string; why: string }[];
  problems: string[];
}

export interface Suite<T> {
  (name: string, body: Callback<T>): void;
  skip(name: string, why: string): void;
  /** Skips every test of the suite, saying why, unless `condition` holds. With CI=true a skip fails the run. */
  skipUnless(condition: boolean, why: string): void;
  before: ((hook: Callback<T>) => void) & { each(hook: Callback<T>): void };
  after: ((hook: Callback<T>) => void) & { each(hook: Callback<T>): void };
  run(): void;
}

const results = new Map<string, Outcome>();
const problems: string[] = [];
let unfinished = 0;

/** A uvu suite with a time limit a test (milliseconds, default 30,000; `hooks` for before/after, default 60,000). */
export function suite<T extends Context = Context>(
  name: string,
  { timeout = 30_000, hooks = 60_000 }: { timeout?: number; hooks?: number } = {},
): Suite<T> {
  const inner = uvuSuite<T>(name, {} as T);
  const [before, after, bEach, aEach]: Callback<T>[][] = [[], [], [], []];
  let skipAll: string | null = null;
  let broken: unknown = null;
  unfinished++;

  const setUp = async (ctx: T) => {
    if (skipAll !== null) return;
    try {
      for (const hook of before!) await limited(hook, ctx, hooks, 'before()');
    } catch (error) {
      if (error instanceof Skip) skipAll = error.message;
      else broken = error;
    }
  };
  const tearDown = async (ctx: T) => {
    for (const hook of after!) {
      await limited(hook, ctx, hooks, 'after()').catch((error) => problems.push(`${name}: ${asError(error).stack}`));
    }
    if (--unfinished === 0) watchForOpenHandles();
  };
  const runOne = async (body: Callback<T>, ctx: T) => {
    if (skipAll !== null) throw new Skip(skipAll);
    if (broken) {
      const first = broken;
      broken = new Error('before() failed, as told above');
      throw first;
    }
    let failure: Error | null = null;
    try {
      for (const hook of bEach!) await limited(hook, ctx, hooks, 'before.each()');
      await limited(body, ctx, timeout, 'the test');
    } catch (error) {
      failure = asError(error);
    }
    // Also behind a before.each() that failed half way: what it started would be in the way of the next test.
    for (const hook of aEach!) {
      await limited(hook, ctx, hooks, 'after.each()').catch((error) => (failure ??= asError(error)));
    }
    if (failure !== null) throw failure;
  };

  inner.before(setUp);
  inner.after(tearDown);
  const add = (title: string, body: Callback<T>) => {
    const id = `${name} > ${title}`;
    if (results.has(id)) throw new Error(`two tests are called "${id}"`);
    results.set(id, 'waiting');
    inner(title, async (ctx) => {
      try {
        await runOne(body, ctx);
        results.set(id, 'passed');
      } catch (error) {
        results.set(id, error instanceof Skip ? { skipped: error.message } : 'failed');
        if (!(error instanceof Skip)) throw asError(error);
      }
    });
  };
  return Object.assign(add, {
    skip: (title: string, why: string) => add(title, () => skip(why)),
    skipUnless: (condition: boolean, why: string) => {
      if (!condition) skipAll = why;
    },
    before: Object.assign((hook: Callback<T>) => void before!.push(hook), {
      each: (hook: Callback<T>) => void bEach!.push(hook),
    }),
    after: Object.assign((hook: Callback<T>) => void after!.push(hook), {
      each: (hook: Callback<T>) => void aEach!.push(hook),
    }),
    run: () => inner.run(),
  });
}

async function limited<T>(body: Callback<T>, ctx: T, ms: number, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms);
  });
  try {
    await Promise.race([body(ctx), late]);
  } finally {
    clearTimeout(timer);
  }
}

// uvu's reporter dies on a thrown value that is no Error.
const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`));

function watchForOpenHandles(): void {
  setTimeout(() => {
    problems.push(`the file did not end after its tests; still open: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, 5_000).unref();
}

function report(): FileReport {
  const outcomes = [...results];
  const waiting = outcomes.filter(([, o]) => o === 'waiting').map(([id]) => `${id}: never ran to its end`);
  const skipped = outcomes.flatMap(([test, o]) => (typeof o === 'object' ? [{ test, why: o.skipped }] : []));
  const count = (wanted: Outcome) => outcomes.filter(([, o]) => o === wanted).length;
  const none = outcomes.length === 0 ? ['no test was declared'] : [];
  return {
    passed: count('passed'),
    failed: count('failed') + waiting.length,
    skipped,
    problems: [...problems, ...none, ...waiting],
  };
}

process.on('exit', () => {
  const told = report();
  for (const { test, why } of told.skipped) console.log(`  SKIPPED ${test}: ${why}`);
  for (const problem of told.problems) console.error(`  PROBLEM ${problem}`);
  const skipFails = process.env.CI === 'true' && told.skipped.length > 0;
  if (told.failed > 0 || told.problems.length > 0 || skipFails) process.exitCode = 1;
  const fd = process.env.DIALWARDEN_TEST_REPORT;
  if (fd) writeSync(Number(fd), `${JSON.stringify(told)}\n`);
});
