import type { PayerClues } from './attempt.ts';

const NAME = /^[A-Za-z0-9_.@-]{1,64}$/;

/** Whether `name` can be what `payer` finds, by one clue or another. */
export const canPay = (name: string, isInternal: (name: string) => boolean): boolean =>
  NAME.test(name) || (name !== '' && isInternal(name));

/**
 * Who pays for a call: the first clue that holds. Caller ID never counts. A redirecting number (RDNIS, Diversion)
 * can be written by any phone, so it counts only where no endpoint asked: on Local and loopback channels.
 * Returns null when nobody is found.
 */
export function payer(clues: PayerClues, isInternal: (name: string) => boolean): string | null {
  const named = (name: string | null) => (name !== null && NAME.test(name) ? name : null);
  const internal = (name: string | null) => (name !== null && isInternal(name) ? name : null);
  return (
    internal(clues.endpoint) ??
    internal(clues.transferer) ??
    named(clues.inherited) ??
    named(clues.accountcode) ??
    (clues.endpoint === null ? internal(clues.redirecting) : null)
  );
}
