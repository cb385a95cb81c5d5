import { createRequire } from 'node:module';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { type Severity, someOf } from './finding.ts';
import { DEFAULTS, PINS, TRADE, VENDOR } from './secret-lists.ts';

/** What is wrong with a secret. `hint` completes "the password of 101 ..." and gives nothing of the secret away. */
export interface Judgement<Code extends string> {
  code: Code;
  hint: string;
}

export type SecretCode = 'secret_default' | 'secret_vendor' | 'secret_extension' | 'secret_reused' | 'secret_weak';
/** How bad each is where anybody can try it. */
export const SEVERITY_OF: Readonly<Record<SecretCode, Severity>> = {
  secret_default: 'critical',
  secret_vendor: 'critical',
  secret_extension: 'critical',
  secret_weak: 'high',
  secret_reused: 'medium',
};

export type PinCode = 'pin_default' | 'pin_extension' | 'pin_weak';

/** Whose secret it is. `others`: the names of the other accounts that have the very same one. */
export interface Owner {
  user: string;
  others: readonly string[];
}

/** Characters looked at: the estimate's time grows with the square of them. Most secrets are good by their beginning alone. */
const LOOKED_AT = [12, 32];
/** Ways to read digits as letters (p4ssw0rd) that are tried: each costs as much as a whole estimate, and hexadecimal has hundreds. */
const MAX_L33T = 10;
/** Of 4: fewer than 10^10 guesses, seconds for one who recorded a registration (MD5 digest, RFC 8760 section 1). */
const STRONG = 4;
/** Online guesses are slow and locked out, but a PIN of four digits has only 10,000 values. */
const SHORTEST_PIN = 4;

/** Secrets of one PBX that are judged: a millisecond or two each. */
export const MOST_JUDGED = 5_000;

const SHOWN = 3;

let zxcvbn: ZxcvbnFactory | undefined;

// The dictionary costs 25 MB and 0.2 s: loaded at the first secret, and never by the guard.
function isStrong(secret: string, words: string[]): boolean {
  if (!zxcvbn) {
    const load = createRequire(import.meta.url);
    const { ZxcvbnFactory: Factory } = load('@zxcvbn-ts/core') as typeof import('@zxcvbn-ts/core');
    const common = load('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
    const dictionary = { ...common.dictionary, trade: [...TRADE] };
    zxcvbn = new Factory({
      dictionary,
      graphs: common.adjacencyGraphs,
      maxLength: Math.max(...LOOKED_AT),
      l33tMaxSubstitutions: MAX_L33T,
    });
  }
  const estimate = zxcvbn;
  return LOOKED_AT.some(
    (most, i) =>
      (i === 0 || secret.length > LOOKED_AT[0]!) && estimate.check(secret.slice(0, most), words).score >= STRONG,
  );
}

const reversed = (text: string): string => [...text].reverse().join('');

/**
 * Judges the password of an account offline: null when it is good enough, else the worst that is to be said of it. Nothing
 * of the secret is in the answer.
 */
export function judgeSecret(secret: string, { user, others }: Owner): Judgement<SecretCode> | null {
  const plain = secret.toLowerCase();
  const name = user.toLowerCase();
  if (secret === '') return { code: 'secret_default', hint: 'is empty' };
  if (plain === name || plain === reversed(name)) return { code: 'secret_extension', hint: 'equals its user name' };
  if (DEFAULTS.has(plain)) return { code: 'secret_default', hint: 'is a default that every guesser tries first' };
  if (VENDOR.has(plain)) return { code: 'secret_vendor', hint: 'is one that devices leave the factory with' };
  if (others.length > 0) return { code: 'secret_reused', hint: `is also that of ${someOf(others, SHOWN)}` };
  if (isStrong(secret, [user])) return null;
  const inside = name.length > 1 && plain.includes(name);
  if (inside) return { code: 'secret_extension', hint: 'contains its user name and little else' };
  return { code: 'secret_weak', hint: secret.length < 10 ? 'is too short' : 'is made of guessable parts' };
}

/** One account whose secret is to be judged. */
export interface Account {
  user: string;
  secret: string;
}

/** Judges the secrets of a whole PBX; two accounts of one name (a trunk's two directions) may share theirs. */
export function judgeSecrets<A extends Account>(accounts: readonly A[]): [A, Judgement<SecretCode>][] {
  const users = new Map<string, Set<string>>();
  for (const { user, secret } of accounts) users.set(secret, (users.get(secret) ?? new Set()).add(user));
  return accounts.flatMap((account): [A, Judgement<SecretCode>][] => {
    const others = [...users.get(account.secret)!].filter((user) => user !== account.user);
    const found = judgeSecret(account.secret, { user: account.user, others });
    return found ? [[account, found]] : [];
  });
}

/** Every step between neighbouring digits is the same: 1111, 3456, 9876. */
function isRun(pin: string): boolean {
  const step = pin.charCodeAt(1) - pin.charCodeAt(0);
  return Math.abs(step) < 2 && [...pin].every((c, i) => i === 0 || c.charCodeAt(0) - pin.charCodeAt(i - 1) === step);
}

/** Judges the PIN of a mailbox; null when it is good enough. */
export function judgePin(pin: string, mailbox: string): Judgement<PinCode> | null {
  if (pin === '') return { code: 'pin_default', hint: 'is empty' };
  if (pin === mailbox || pin === reversed(mailbox)) return { code: 'pin_extension', hint: 'equals its mailbox' };
  if (PINS.has(pin)) return { code: 'pin_default', hint: 'is one of the most used of all' };
  if (pin.length < SHORTEST_PIN) return { code: 'pin_weak', hint: `has fewer than ${SHORTEST_PIN} digits` };
  if (isRun(pin)) return { code: 'pin_weak', hint: 'is a row of digits' };
  if (/^(\d+)\1+$/.test(pin)) return { code: 'pin_weak', hint: 'repeats itself' };
  if (/^(19|20)\d\d$/.test(pin)) return { code: 'pin_weak', hint: 'looks like a year' };
  return null;
}
