import type { MessageKind } from '../../guard/outbox.ts';
import type { Db } from './database.ts';
import { DAY } from './usage.ts';

const MINUTE = 60_000;
/** How long a digest gathers calls: the first of an incident, the second and so on. */
const DIGEST_MS = [1, 15, 60, 240, 1440].map((minutes) => minutes * MINUTE);

const waitFor = (digests: number): number => DIGEST_MS[Math.min(digests, DIGEST_MS.length - 1)] as number;

/** Posts news of incidents, within the transaction that changes them. */
export function outboxWriter(db: Db) {
  const insert = db.prepare('INSERT INTO outbox (incident, kind, at, due) VALUES (?, ?, ?, ?)');
  const tell = db.prepare(
    `INSERT INTO outbox (incident, kind, at, due) VALUES (?, 'digest', ?, ?)
     ON CONFLICT (incident) WHERE kind = 'digest' AND planned = 0 DO UPDATE SET due = excluded.due`,
  );
  const gathering = db.prepare("SELECT 1 FROM outbox WHERE incident = ? AND kind = 'digest' AND planned = 0");
  const digests = db.prepare("SELECT COUNT(*) FROM outbox WHERE incident = ? AND kind = 'digest' AND at > ?").pluck();
  return {
    post: (incident: number, kind: MessageKind, now: number): void => void insert.run(incident, kind, now, now),
    /** What somebody did about it: the digest that gathers calls leaves now. */
    tell: (incident: number, now: number): void => void tell.run(incident, now, now),
    /** A further call: a digest gathers it with those that follow. */
    more(incident: number, now: number): void {
      if (gathering.get(incident)) return;
      insert.run(incident, 'digest', now, now + waitFor(digests.get(incident, now - DAY) as number));
    },
  };
}
