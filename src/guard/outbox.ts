import type { Finding } from '../core/verdict.ts';

export type Severity = NonNullable<Finding['incident']>['severity'];
/** Least grave first. */
export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

/** Why a message leaves: an incident is new, has become graver, goes on, or is over. */
export type MessageKind = 'first' | 'escalation' | 'digest' | 'closed';

/** One piece of news about an incident, and the incident as it stands when the news leaves. */
export interface Notice {
  message: number;
  kind: MessageKind;
  /** Milliseconds since 1970 at which it happened. */
  at: number;
  incident: {
    id: number;
    kind: string;
    severity: Severity;
    site: string;
    ext: string;
    state: string;
    resolution: string | null;
    title: string;
    /** Its title when this way was first told of it: one thread of mail keeps one subject. */
    subject: string;
    evidence: Record<string, string | number>;
    openedAt: number;
    updatedAt: number;
    calls: number;
    stopped: number;
    /** In micro-units of the site's currency. */
    lost: number;
    /** What the stopped calls would have cost at the least, in micro-units. */
    saved: number;
    /** The block in force that this incident imposed. */
    block: number | null;
    /** The latest line of its log. */
    last: { at: number; who: string; what: string; why: string };
  };
}

/** The last line of the incidents' log, whose hash covers all lines before it. */
export interface LogHead {
  id: number;
  /** SHA-256 in hex. */
  hash: string;
}

/** A line of the log in its chain: of another incident only the hashes. */
export interface ChainLine {
  id: number;
  /** SHA-256 of the line. */
  line: string;
  /** SHA-256 of the entry before, a line feed, and `line`. */
  hash: string;
  own: { at: number; who: string; what: string; why: string } | null;
}

/** Messages taken out to be sent together. The same batch keeps its number, and its messages, until it is sent. */
export interface Claim {
  batch: number;
  /** 1 for the first try. */
  attempt: number;
  notices: Notice[];
  head: LogHead | null;
}

/** A way to somebody: one mail address list, the webhook, the syslog. */
export interface Route {
  /** Stable: deliveries are kept under it. */
  id: string;
  /** What is less grave is not told here. */
  from: Severity;
  /** All that waits leaves as one message; else each by itself. */
  together: boolean;
  /** Milliseconds that lie between two messages at least. */
  everyMs: number;
  /** Settles when the far end has taken it. Rejects with NotDelivered when it surely has not, else with any error. */
  send(claim: Claim): Promise<void>;
  close(): void;
}

/** The far end has surely not taken the message: it may be sent again at once, together with others. */
export class NotDelivered extends Error {
  override name = 'NotDelivered';
}

/** Where messages wait. Every method throws when the store fails, and then has changed nothing. */
export interface Outbox {
  /** Gives every message that is due to the routes it is for. */
  plan(routes: readonly Pick<Route, 'id' | 'from'>[], now: number): void;
  /** Takes out what is to be sent now; null: nothing. What was taken and never reported comes again after a minute. */
  claim(route: Pick<Route, 'id' | 'together' | 'everyMs'>, now: number): Claim | null;
  sent(route: string, batch: number, now: number): void;
  /** `doubtful`: it may have arrived; it is not sent again within a minute. Returns when the route is tried again. */
  failed(route: string, batch: number, now: number, why: string, doubtful: boolean): number;
}
