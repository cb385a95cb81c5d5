/**
 * Looks are 300 ms apart at most. A longer gap means that the whole machine stood still: it is not the guard's silence.
 */
const STALL_MS = 400;

/** What the watchdog sees at a look, in milliseconds since some moment of each. */
export interface Look {
  now: number;
  /** How long the guard was ready to run while another program ran. */
  waited: number;
  /** How long the host of this virtual machine ran another one on its processors. */
  stolen: number;
  /**
   * The letter of proc_pid_stat(5). T, t: a signal or a debugger stopped the guard, which is then silent with and without a
   * processor. D: the disk holds it up, and nothing ends it before the disk has answered.
   */
  state: string;
}

export interface Silence {
  /** A sign of life. */
  heard(look: Look): void;
  /**
   * Milliseconds since then: those in which the guard could have given one, and all. On a busy machine or disk a guard is
   * slow and not frozen.
   */
  look(look: Look): { silent: number; starved: number };
}

/** Milliseconds between two looks in which the guard could not run. */
function denied(last: Look, look: Look): number {
  if (/[Tt]/.test(look.state)) return 0;
  if (look.state === 'D') return look.now - last.now;
  return look.waited - last.waited + (look.stolen - last.stolen);
}

export function listenFrom(begin: Look): Silence {
  let last = begin;
  let silent = 0;
  let starved = 0;
  return {
    heard: (look) => {
      last = look;
      silent = 0;
      starved = 0;
    },
    look: (look) => {
      const gap = Math.min(look.now - last.now, STALL_MS);
      silent += Math.max(0, gap - Math.max(0, denied(last, look)));
      starved += gap;
      last = look;
      return { silent, starved };
    },
  };
}
