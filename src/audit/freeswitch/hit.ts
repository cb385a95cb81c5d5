import type { Step } from './dialplan.ts';
import type { Node } from './tree.ts';

/** Who dials: an authenticated extension, a caller from anywhere, or one who came in by a trunk of known addresses. */
export type Who = 'user' | 'stranger' | 'inbound';
/** How a call got where it is: by the number that was dialled, or by something offered on the way. */
export type Via = 'dialled' | 'digits' | 'voicemail' | 'feature';
/** Whether the guard was asked: not at all, asked only, or asked and the call ended unless it said yes. */
export type Asked = 'no' | 'asked' | 'held';

/** A step that calls a trunk, reached by somebody. */
export interface Hit {
  step: Step;
  context: string;
  extension: Node;
  trunk: string;
  who: Who;
  via: Via;
  asked: Asked;
  /** The caller chooses what is dialled. */
  dialable: boolean;
  /** How often the caller was asked for keys: a PIN and a number are two. */
  collected: number;
  number: string;
}
