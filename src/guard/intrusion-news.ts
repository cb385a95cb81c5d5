import type { Guessed } from '../core/intrusion/account.ts';
import type { Found, Visitor } from '../core/intrusion/judge.ts';
import { ownerOf } from './addresses.ts';
import type { Log } from './log.ts';
import type { Probe, Scan, ScanBook } from './port-scans.ts';
import type { Ledger, Report } from './ports.ts';

/** Attacks that become incidents of their own within a day; what a thousand addresses do together is one more. */
const OWN_INCIDENTS = 20;
const DAY = 86_400_000;
/** News that wait for the store at most; later ones of the same address say the same. */
const WAITING = 5_000;
/** Written in one transaction, so that no call waits long. */
const AT_ONCE = 200;
/** Lines of single addresses in the log of a shared incident, a flush. */
const LINES = 10;

export interface NewsParts {
  ledger: Pick<Ledger, 'report'>;
  book: ScanBook;
  log: Log;
}

/** What an address was found to do. `numbers`: those that are not on record yet; `aloud`: its incident has to say it. */
export interface Attack {
  address: string;
  visitor: Visitor;
  found: Found;
  exempt: boolean;
  numbers: string[];
  aloud: boolean;
}

interface Waiting {
  scan: Scan;
  numbers: string[];
  found: Found;
  aloud: boolean;
}

export interface IntrusionNews {
  attack(attack: Attack): void;
  sharedGuessing(account: string, guessed: Guessed, at: number): void;
  flush(): Promise<void>;
}

/** Gathers what was found and puts it on record: one incident an address, few in all. */
export function createIntrusionNews({ ledger, book, log }: NewsParts): IntrusionNews {
  const waiting = new Map<string, Waiting>();
  const reports = new Map<string, Report>();
  /** Addresses with an incident of their own, by when it was opened. */
  const own = new Map<string, number>();

  function hasOwn(owner: string, at: number): boolean {
    for (const [other, since] of own) if (at - since > DAY) own.delete(other);
    if (!own.has(owner) && own.size < OWN_INCIDENTS) own.set(owner, at);
    return own.has(owner);
  }

  function reportsOf(attacks: Waiting[]): Report[] {
    const single: Report[] = [];
    const others: Waiting[] = [];
    for (const attack of attacks.filter(({ aloud }) => aloud)) {
      const owner = ownerOf(attack.scan.address);
      // A found password is never one among many.
      if (attack.found.kind === 'break-in' || hasOwn(owner, attack.scan.last)) single.push(attackOf(owner, attack));
      else others.push(attack);
    }
    return others.length === 0 ? single : [...single, manyOf(others)];
  }

  async function flush(): Promise<void> {
    const keys = [...waiting.keys()].slice(0, AT_ONCE);
    const attacks = keys.map((key) => waiting.get(key)!);
    const shared = [...reports.values()];
    if (attacks.length + shared.length === 0) return;
    try {
      book.save(
        attacks.map(({ scan }) => scan),
        attacks.flatMap(probesOf),
      );
      for (const report of [...reportsOf(attacks), ...shared]) await ledger.report(report);
      for (const [i, key] of keys.entries()) if (waiting.get(key) === attacks[i]) waiting.delete(key);
      for (const [key, report] of reports) if (shared.includes(report)) reports.delete(key);
    } catch (error) {
      log.error('attacks on the PBX not recorded', { attacks: attacks.length, error: (error as Error).message });
    }
  }

  return {
    attack({ address, visitor, found, exempt, numbers, aloud }) {
      const key = `${ownerOf(address)} ${found.kind} ${found.account ?? ''}`;
      const before = waiting.get(key);
      if (waiting.size >= WAITING && !before) return;
      const { since, last, attempts, service, tool: agent, wrong, broken, unknown } = visitor;
      const accounts = [...new Set([...wrong.keys(), ...broken, ...unknown.keys()])];
      waiting.set(key, {
        scan: { address, kind: found.kind, since, last, attempts, accounts, agent, service, exempt },
        numbers: [...(before?.numbers ?? []), ...numbers],
        found,
        aloud: aloud || (before?.aloud ?? false),
      });
    },
    sharedGuessing(account, { guesses, addresses }, at) {
      if (!hasOwn(`account ${account}`, at)) return;
      reports.set(account, {
        kind: 'intrusion',
        key: `account ${account}`,
        severity: 'warning',
        title: `Many addresses guess the password of ${account}`,
        evidence: { account, guesses, addresses: addresses.size },
        why: `${guesses} wrong passwords from at least ${addresses.size} addresses within an hour`,
        at,
        calls: 0,
      });
    },
    flush,
  };
}

const probesOf = ({ scan, numbers }: Waiting): Probe[] =>
  numbers.map((e164) => ({ e164, address: scan.address, at: scan.last }));

function attackOf(owner: string, { scan, found }: Waiting): Report {
  const { kind, address, attempts, service, last: at, exempt } = scan;
  const broken = kind === 'break-in';
  return {
    kind: 'intrusion',
    key: owner,
    severity: broken ? 'critical' : 'warning',
    title: broken
      ? `The password of ${found.account} was found by ${address}: change it`
      : `The PBX is attacked from ${address} (${kind})`,
    evidence: {
      address,
      what: kind,
      attempts,
      service,
      exempt: Number(exempt),
      ...(broken && { account: found.account ?? '' }),
    },
    why: found.why,
    at,
    calls: 0,
    lines: [{ at, what: kind, text: found.why }],
  };
}

function manyOf(attacks: Waiting[]): Report {
  const last = attacks.at(-1)!.scan.last;
  return {
    kind: 'intrusion',
    key: 'many',
    severity: 'warning',
    title: 'The PBX is attacked from many addresses: see `dialwarden scans`',
    evidence: { addresses: attacks.length },
    why: `${attacks.length} more addresses`,
    at: last,
    calls: 0,
    lines: attacks
      .slice(0, LINES)
      .map(({ scan, found }) => ({ at: scan.last, what: scan.kind, text: `${scan.address}: ${found.why}` })),
  };
}
