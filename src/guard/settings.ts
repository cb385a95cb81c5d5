import type { Policy } from '../core/policy.ts';
import type { Sounds } from './speech.ts';

/** How calls find their site: by PBX context or domain, or by the extension's number. The first site that matches wins. */
export interface SiteMatch {
  /** Asterisk contexts or FreeSWITCH domains, exact. */
  realms: string[];
  /** Extension ranges such as `200-299`, or Asterisk patterns. */
  extensions: string[];
}

export interface Site {
  policy: Policy;
  /** Empty: matches every call. */
  match: SiteMatch;
}

/** What the guard needs of the configuration. Replaced as a whole on reload, never edited. */
export interface Settings {
  sites: Site[];
  /** The configured mode; `dialwarden mode` can soften it for a time. */
  mode: 'enforce' | 'observe';
  /** Milliseconds within which the PBX has its answer. */
  deadlineMs: number;
  /** `random`, or the one digit a site wants to hear. */
  digit: string;
  /** Answer the call before a warning, since many phones send no digits before. */
  answerFirst: boolean;
  /** Tell a blocked caller that the guard stopped the call. */
  announce: boolean;
  /** Language of the prompts, as the PBX names it: `en`. */
  language: string;
  /** The voice files of that language. Absent, or lacking what is to be said: the PBX's own sounds. */
  sounds?: Sounds;
}
