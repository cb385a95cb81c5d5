import type { Whereabouts } from './addresses/whereabouts.ts';
import type { RiskClass } from './destination.ts';
import type { Habit } from './habit.ts';
import type { Limits, Usage } from './limits.ts';
import type { LocalTime } from './local-time.ts';
import type { Micros, Tariff } from './money.ts';
import type { Action } from './verdict.ts';

/** A toll block in force: manual or by rule, of an extension, a site, a prefix, or everywhere. */
export interface TollBlock {
  id: number;
  /** `international`: international, premium and elevated calls; `all`: everything but emergency. */
  what: 'international' | 'all';
  reason: string;
  incident: number | null;
}

/** The owner's word on a prefix; the longest one that matches. */
export interface Override {
  prefix: string;
  action: 'allow' | 'deny' | 'class';
  class: RiskClass | null;
  note: string;
}

/** What is remembered of people saying "yes, I meant that number". Working days are days of business hours at the site. */
export interface Confirmed {
  /** An administrator vouched for this block of numbers or its region, or learning from CDRs for the block. */
  vouched: boolean;
  /** Learning from CDRs found this extension calling the region. */
  regionLearned: boolean;
  /** This extension confirmed this block of numbers on this local day. */
  today: boolean;
  /** Different working days on which this extension confirmed this block of numbers (last 90 days). */
  blockDays: number;
  /** The same, of anybody at the site. */
  siteDays: number;
  /** Different working days on which this extension confirmed numbers of the region. */
  regionDays: number;
  /** Answered calls of the whole site to the region in the last 90 days. */
  siteCalls: number;
  /** Charged and reserved in the last 24 hours by this extension for this block of numbers. */
  blockSpent: Micros;
}

/** Calls to destinations that were new to their extensions, of the last 24 hours where nothing else is said; this call not counted. */
export interface NewCalls {
  /** Of this extension, open now. */
  open: number;
  /** Different blocks of numbers of class elevated and above that this extension called so in the last 7 days. */
  riskyBlocks: number;
  /** Answered calls of this extension in the last 7 days, and their minutes. */
  calls: number;
  minutes: number;
  /** Of them in the last 24 hours: to class elevated and above, and shorter than a conversation. */
  tests: number;
  /** Charged and reserved: by this extension, by the whole site, and by the whole site for this block of numbers. */
  extension: Micros;
  site: Micros;
  block: Micros;
}

/** The same key asked before. */
export interface Previous {
  action: Action;
  /** `asking`: its warning is being played. `ended`: its lease was released. */
  state: 'asking' | 'allowed' | 'confirmed' | 'refused' | 'blocked' | 'ended';
  /** It was allowed, or its warning was confirmed: it is not questioned again. */
  cleared: boolean;
  maxSeconds: number | null;
}

/** All that a decision rests on, read in the transaction that records it. */
export interface Facts {
  at: number;
  local: LocalTime;
  mode: 'enforce' | 'observe';
  blocks: TollBlock[];
  override: Override | null;
  /** From the owner's rate deck; null: the built-in upper bound. */
  tariff: Tariff | null;
  limits: Limits;
  /** Fax, door phone, alarm panel: nobody hears a prompt. */
  machine: boolean;
  usage: Usage;
  /** Open international and premium calls of the whole site. */
  moneyCalls: number;
  /** Loss ceilings that `learn` found, where the owner set none; null: the policy's. */
  learnedCeilings: { extension: Micros; site: Micros } | null;
  /** Charged in the last 24 hours plus reserved by open calls; this call not counted. */
  spent: { extension: Micros; site: Micros };
  confirmed: Confirmed;
  newCalls: NewCalls;
  /** Other prefixes that this extension put before the same last digits within ten minutes, without an answer. */
  prefixesTried: number;
  /** When this extension calls. */
  habit: Habit;
  previous: Previous | null;
  /** Another call of this extension is being asked right now. */
  questionOpen: boolean;
  /** Wrong keys of this extension in the last 24 hours. */
  wrongKeys: number;
  /** Other calls of this extension in the last hour whose warning was not confirmed. */
  refusedLately: number;
  /** International and premium calls of this extension that were refused or blocked in the last 24 hours (while observing: would have been blocked); counted up to 50. */
  stopped: number;
  /** The same of the last 7 days. */
  stoppedWeek: number;
  /** Extensions of the site with a critical incident of the last 7 days that nobody has acknowledged, or that refused a question within 3 hours. */
  hit: number;
  /** Which of the numbers that may have been meant this site has called, in the last 90 days. */
  meantBefore: string[];
  /** Which of them this site has dialled wrongly by the same slip, to the same region, and then rightly, in the last 90 days. */
  meantLearned: string[];
  /** How often strangers tried to call this block of numbers through the PBX, in the last 90 days. */
  probed: number;
  /** Where the phone is; null where the call costs next to nothing, or the PBX tells no address. */
  whereabouts: Whereabouts | null;
  /** The end of this call came before its question. */
  endedAlready: boolean;
}
