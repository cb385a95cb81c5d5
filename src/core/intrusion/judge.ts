import { attackTool } from './agents.ts';
import type { IntrusionKind, Knock } from './knock.ts';

/** Wrong passwords from one address that are no typing error. */
const GUESSES = 5;
/** Wrong passwords of one account after which the right one has been found rather than remembered. */
const FOUND_AFTER = 3;
/** Different unknown accounts from one address: a phone has one, with a typing error two. */
const ACCOUNTS = 4;
/** Accounts that an office's address may get wrong, with its honest phones behind it, before it is held for an attacker. */
const OFFICE_ACCOUNTS = 3;
/** Different outside numbers asked for without a password; a stranger who is let in as a guest shows it by the first. */
const NUMBERS = 2;
/** An honest phone answers the question for its password within milliseconds. */
const ANSWER_MS = 30_000;
/** After a quiet day an address starts anew. */
const QUIET_MS = 86_400_000;
/** Accounts and numbers of one address that are kept. */
const KEPT = 20;

/** What is remembered of one address: a few hundred bytes, whatever it sends. */
export interface Visitor {
  since: number;
  last: number;
  attempts: number;
  /** Wrong passwords by account, since its last right one. */
  wrong: Map<string, number>;
  /** Accounts that do not exist, are not open to this address, or for which it never gave a password, by when that counts. */
  unknown: Map<string, number>;
  /** Outside numbers that it asked for without a password, by when that counts; a right password takes them away. */
  numbers: Map<string, number>;
  service: string;
  tool: string | null;
  /** It had a right password before it ever had a wrong one: an office, most likely. */
  trusted: boolean;
  /** What was found so far, and the accounts whose password it has. */
  kinds: Set<IntrusionKind>;
  broken: Set<string>;
}

export interface Found {
  kind: IntrusionKind;
  /** A sentence for a person. Holds names that the attacker chose: to be cleaned. */
  why: string;
  /** For `break-in`: the account whose password was found. */
  account: string | null;
}

const fresh = ({ at, service }: Knock): Visitor => ({
  since: at,
  last: at,
  attempts: 0,
  wrong: new Map(),
  unknown: new Map(),
  numbers: new Map(),
  service,
  tool: null,
  trusted: false,
  kinds: new Set(),
  broken: new Set(),
});

function keep(map: Map<string, number>, key: string, from: number): void {
  if (map.size < KEPT || map.has(key)) map.set(key, Math.min(from, map.get(key) ?? from));
}

const counted = (map: Map<string, number>, now: number): string[] =>
  [...map].filter(([, from]) => from <= now).map(([key]) => key);

/**
 * Notes one knock on what is known of its address (null: nothing) and says what that address now turns out to do, each
 * time anew. `numbers`: what the knock's digits reach outside, if anything. Returns the visitor, the same object where one was given.
 */
export function judge(
  known: Visitor | null,
  knock: Knock,
  numbers: string[],
): { visitor: Visitor; found: Found | null } {
  const gone = known === null || knock.at - known.last > QUIET_MS;
  const visitor = gone ? fresh(knock) : known;
  visitor.last = Math.max(visitor.last, knock.at);
  visitor.tool ??= attackTool(knock.userAgent);
  const account = knock.account ?? '';
  let found: Found | null = null;
  if (knock.what === 'accepted') found = accepted(visitor, account);
  else {
    note(visitor, knock, account, numbers);
    found = suspicion(visitor, knock);
  }
  if (found) visitor.kinds.add(found.kind);
  return { visitor, found };
}

function note(visitor: Visitor, { what, at }: Knock, account: string, numbers: string[]): void {
  const from = what === 'unanswered' ? at + ANSWER_MS : at;
  for (const number of numbers) keep(visitor.numbers, number, from);
  if (what === 'unknown-account' || what === 'unanswered') keep(visitor.unknown, account, from);
  if (what !== 'unanswered') visitor.attempts++;
  if (what !== 'wrong-password') return;
  visitor.unknown.delete(account);
  const { wrong } = visitor;
  if (wrong.has(account) || wrong.size < KEPT) wrong.set(account, (wrong.get(account) ?? 0) + 1);
}

function accepted(visitor: Visitor, account: string): Found | null {
  const before = visitor.wrong.get(account) ?? 0;
  visitor.wrong.delete(account);
  visitor.unknown.delete(account);
  visitor.numbers.clear();
  // Behind an office's address one may try while the others register as ever.
  const attacker = (visitor.kinds.size > 0 && !visitor.trusted) || visitor.tool !== null;
  if (visitor.attempts === 0 && !attacker) visitor.trusted = true;
  // Who has found a password registers with it again and again: that is no news.
  if (before < FOUND_AFTER && (!attacker || visitor.broken.has(account))) return null;
  if (visitor.broken.size < KEPT) visitor.broken.add(account);
  const tried = before > 0 ? `${before} wrong passwords` : 'an attack on other accounts';
  const tool = visitor.tool ? ` by ${visitor.tool}` : '';
  return { kind: 'break-in', why: `the right password of ${account} after ${tried}${tool}`, account };
}

function suspicion(visitor: Visitor, { at, what }: Knock): Found | null {
  const { tool, wrong, trusted } = visitor;
  const say = (kind: IntrusionKind, why: string): Found => ({ kind, why, account: null });
  if (tool) return say('scanner', `the user agent ${tool} is an attack tool`);
  const guesses = [...wrong.values()].reduce((sum, n) => sum + n, 0);
  if (guesses >= GUESSES) return say('guessing', `${guesses} wrong passwords for ${names([...wrong.keys()])}`);
  const numbers = counted(visitor.numbers, at);
  if (numbers.length >= (what === 'stranger-call' ? 1 : NUMBERS) && !trusted)
    return say('probing', `calls to ${names(numbers)} without a password`);
  const unknown = counted(visitor.unknown, at);
  if (unknown.length >= ACCOUNTS) return say('enumeration', `no such accounts, or no password: ${names(unknown)}`);
  return null;
}

const names = (list: string[]): string =>
  list.length <= 5 ? list.join(', ') : `${list.slice(0, 5).join(', ')} and ${list.length - 5} more`;

/**
 * Whether a firewall may be told to refuse the address: not for the wrong passwords of a phone or two in an office, and
 * not for having found the right one at the third try, which may be its owner.
 */
export function isBanworthy({ kinds, trusted, wrong, unknown }: Visitor): boolean {
  if ([...kinds].every((kind) => kind === 'break-in')) return false;
  return !trusted || kinds.has('scanner') || wrong.size + unknown.size > OFFICE_ACCOUNTS;
}
