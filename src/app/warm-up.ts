import type { Guard } from '../guard/guard.ts';

/** At home, abroad, dear, and nonsense: between them nearly all that a verdict reads. */
const DIGITS = ['03012345678', '+442079460000', '+252615550100', '+88213000000', 'x'];
const ROUNDS = 20;

/**
 * Judges made-up calls and records nothing: the first verdict of a process is its slowest, and it should not be a caller's,
 * who is refused when it comes too late. What fails here will fail, and be told, with a real call.
 */
export async function warmUp(guard: Pick<Guard, 'check'>, now: () => number): Promise<void> {
  const attempt = {
    pbx: 'warm-up',
    uniqueid: '',
    dialled: null,
    listener: true,
    realm: null,
    addr: null,
    userAgent: null,
  };
  const payer = { endpoint: '100', transferer: null, inherited: null, accountcode: null, redirecting: null };
  try {
    for (let i = 0; i < ROUNDS; i++)
      for (const digits of DIGITS) await guard.check({ ...attempt, at: now(), digits, payer });
  } catch {}
}
