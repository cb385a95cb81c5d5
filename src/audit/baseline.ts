import { readFileSync, writeFileSync } from 'node:fs';
import type { Finding } from './finding.ts';

/** How often each finding is known. */
export type Baseline = ReadonlyMap<string, number>;

/** What a finding is known by. Lines shift and lists of names grow, so neither is in it. */
export const keyOf = ({ code, severity, file, subject, group = subject }: Finding): string =>
  [code, severity, file ?? '', group].join(' | ');

/** One key, or one for each member where a further one would be bad news. */
function keysOf(finding: Finding): string[] {
  const { members = [], severity } = finding;
  const severe = severity === 'critical' || severity === 'high';
  return severe && members.length > 0 ? members.map((name) => `${keyOf(finding)} | ${name}`) : [keyOf(finding)];
}

function count(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) for (const key of keysOf(finding)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Writes the findings of today as known. Throws what the file system throws. */
export function writeBaseline(file: string, findings: readonly Finding[]): void {
  const known = Object.fromEntries([...count(findings)].sort());
  writeFileSync(file, `${JSON.stringify({ version: 1, known }, null, 2)}\n`, { mode: 0o600 });
}

/** Reads a baseline. Throws Error where there is none, or it is something else. */
export function readBaseline(file: string): Baseline {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(
      missing ? `${file} is not there: write it with --write-baseline` : `${file} is no baseline of dialwarden audit`,
    );
  }
  const { version, known } = (content ?? {}) as { version?: unknown; known?: unknown };
  const counts = Object.entries((known ?? {}) as Record<string, unknown>);
  if (version !== 1 || typeof known !== 'object' || counts.some(([, n]) => !Number.isInteger(n))) {
    throw new Error(`${file} is no baseline of dialwarden audit`);
  }
  return new Map(counts as [string, number][]);
}

/** The findings that the baseline does not know, or not of one of their members; of several alike, those beyond its number. */
export function newSince(baseline: Baseline, findings: readonly Finding[]): Finding[] {
  const left = new Map(baseline);
  const isKnown = (key: string): boolean => {
    const known = left.get(key) ?? 0;
    left.set(key, known - 1);
    return known > 0;
  };
  // Every key is asked for, since asking takes it from what is left.
  return findings.filter((finding) => keysOf(finding).filter((key) => !isKnown(key)).length > 0);
}
