import { type Guessed, guessed } from '../core/intrusion/account.ts';
import { type Found, isBanworthy, judge, type Visitor } from '../core/intrusion/judge.ts';
import type { Knock } from '../core/intrusion/knock.ts';
import { outsideNumber } from '../core/intrusion/numbers.ts';
import type { SitePlan } from '../core/numbering/reading.ts';
import { ownerOf, plainAddress } from './addresses.ts';
import { createIntrusionNews, type NewsParts } from './intrusion-news.ts';
import type { Log } from './log.ts';
import { recent } from './recent.ts';

/** Addresses and accounts that are remembered: about 1 KB each, 4 at worst. */
const VISITORS = 10_000;
const ACCOUNTS = 5_000;
/** Characters of a name that somebody gave himself. */
const SHOWN = 40;
/** A ban may end while the attack goes on: the log says it again after this. */
const SAY_AGAIN_MS = 60_000;

export interface IntrusionParts extends NewsParts {
  /** Trunks, the PBX itself, and what the owner lists: their addresses are never told to a firewall. */
  exempt: (address: string) => boolean;
  /** The dialling plans of the sites, by which numbers are read. */
  plans: () => SitePlan[];
  log: Log;
}

export interface Intrusions {
  /** Takes what a PBX says of an attempt at its door. Never throws for what an attacker can send. */
  knock(knock: Knock): void;
  /** Puts on record what was found. To be called every few seconds. */
  flush(): Promise<void>;
  /** Addresses in memory. */
  size(): number;
}

interface Remembered {
  visitor: Visitor | null;
  saidAt: number;
  /** How many kinds of attack were told. */
  said: number;
  /** Numbers that are on record. */
  probed: Set<string>;
}

const stranger = (): Remembered => ({ visitor: null, saidAt: 0, said: 0, probed: new Set() });

/** Letters, digits and a few signs: what an attacker chose goes to logs, terminals and mails. */
const cleaned = (text: string | null): string | null =>
  text === null ? null : text.slice(0, SHOWN).replace(/[^\w.@+*#:/() -]/g, '?');

/** Watches who knocks at the PBX's door, and tells of those who should not. */
export function createIntrusions(parts: IntrusionParts): Intrusions {
  const { log } = parts;
  const visitors = recent<Remembered>(VISITORS);
  const accounts = recent<Guessed>(ACCOUNTS);
  const news = createIntrusionNews(parts);

  /** Numbers that the knock reaches for. An account can be one: scanners put the number in both places. */
  function numbersOf({ digits, account, what }: Knock): string[] {
    const tried = digits ?? (what === 'unknown-account' && /^[\d*#]{9,}$/.test(account ?? '') ? account : null);
    if (tried === null) return [];
    const found = parts.plans().map((plan) => outsideNumber(tried, plan));
    return [...new Set(found.filter((e164) => e164 !== null))];
  }

  function shared(knock: Knock): void {
    const account = knock.account ?? '';
    const { guessed: now, found } = guessed(accounts.get(account), knock.at, ownerOf(knock.address));
    accounts.set(account, now);
    if (found) news.sharedGuessing(account, now, knock.at);
  }

  function say(address: string, known: Remembered, visitor: Visitor, found: Found): void {
    const { last: at, service, attempts, kinds } = visitor;
    const exempt = parts.exempt(address);
    const numbers = [...visitor.numbers.keys()].filter((number) => !known.probed.has(number));
    for (const number of numbers) known.probed.add(number);
    const due = kinds.size !== known.said || at - known.saidAt >= SAY_AGAIN_MS;
    const aloud = due || found.kind === 'break-in';
    news.attack({ address, visitor, found, exempt, numbers, aloud });
    if (!aloud) return;
    known.said = kinds.size;
    known.saidAt = at;
    const fields = { kind: found.kind, service, attempts, why: found.why };
    // dialplan/system/fail2ban reads this line: `intrusion` is followed by an address that may be banned.
    if (isBanworthy(visitor) && !exempt) log.warn('intrusion', { address, ...fields });
    else log.warn('intrusion, not to be banned', { from: address, exempt, ...fields });
  }

  return {
    knock(raw) {
      const address = plainAddress(raw.address);
      if (address === null) return;
      const knock = {
        ...raw,
        address,
        account: cleaned(raw.account),
        userAgent: cleaned(raw.userAgent),
        service: cleaned(raw.service) ?? '',
      };
      const owner = ownerOf(address);
      const known = visitors.get(owner) ?? stranger();
      const { visitor, found } = judge(known.visitor, knock, numbersOf(knock));
      if (visitor !== known.visitor) Object.assign(known, stranger(), { visitor });
      visitors.set(owner, known);
      if (knock.what === 'wrong-password') shared(knock);
      if (found) say(address, known, visitor, found);
    },
    flush: news.flush,
    size: visitors.size,
  };
}
