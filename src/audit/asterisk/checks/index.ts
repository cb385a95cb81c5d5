import type { Check } from '../check.ts';
import { http } from './http.ts';
import { iax } from './iax.ts';
import { mailboxes } from './mailboxes.ts';
import { manager } from './manager.ts';
import { pjsip } from './pjsip.ts';
import { queues } from './queues.ts';
import { reach } from './reach.ts';
import { secrets } from './secrets.ts';
import { settings } from './settings.ts';
import { sip } from './sip.ts';
import { steps } from './steps.ts';
import { transfers } from './transfers.ts';

/** In the order in which findings of one severity are listed. `steps` asks what `reach` has visited. */
export const CHECKS: readonly Check[] = [
  reach,
  pjsip,
  sip,
  iax,
  secrets,
  manager,
  http,
  steps,
  transfers,
  queues,
  mailboxes,
  settings,
];
