import type { Reading } from './reading.ts';

/** Ends the path of a number dialled with an international prefix that the site's country does not have. */
export const FOREIGN_IDD = 'not of this country';
/** Ends the path of a number abroad that was dialled without any prefix. */
export const NO_IDD = 'an international number without prefix';

/**
 * A reading and how firmly it stands: 2 as the plan says it is dialled; 1 understood, though a prefix is missing or
 * foreign; 0 no number that was given out.
 */
export interface Found {
  reading: Reading;
  rank: 0 | 1 | 2;
}

export const malformed = (why: string, path: string[]): Found => ({
  reading: { kind: 'malformed', why, path },
  rank: 0,
});

/** A code that sets up a diversion at the provider: what it costs later comes by no call that could be asked about. */
export const diversion = (code: string): Found =>
  malformed(`${code} sets up a diversion at the provider, whose calls nobody can limit: it is no call.`, []);
