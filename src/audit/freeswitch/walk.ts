import { type Budget, isSpent, newBudget, spend } from '../budget.ts';
import { collectedBy, loopbacksOf, type Target, targetOf, trunksOf } from './dial-string.ts';
import { dataOf, evaluate, goesOn, type Known, type Outcome, type Step } from './dialplan.ts';
import type { Asked, Hit, Via, Who } from './hit.ts';
import { menuTargets } from './menus.ts';
import { type Config, childrenOf } from './model.ts';
import type { Node } from './tree.ts';
import { mailboxTargets } from './voicemail.ts';

interface State {
  context: string;
  number: string;
  who: Who;
  via: Via;
  asked: Asked;
  /** Variables that hold keys the caller pressed. */
  keys: ReadonlySet<string>;
  known: Known;
  /** The number is the caller's choice, not a fixed one of the dialplan. */
  free: boolean;
}

export interface Walk {
  hits: Hit[];
  /** The dialplan was too large to be followed to its end. */
  cut: boolean;
}

/** Units of the budget, measured on FreeSWITCH's own example: it takes a fifth of it. A step costs one more for each character of its data. */
const PER_EXTENSION = 50;
const PER_CONDITION = 20;
const PER_STEP = 20;
const MAX_DEPTH = 12;
const ENDS = new Set(['hangup', 'respond', 'reject', 'deflect', 'redirect', 'park']);
const GUARD_CONTEXT = /^dialwarden@/;

interface Run {
  config: Config;
  hits: Hit[];
  budget: Budget;
  samples: readonly string[];
  seen: Map<string, Asked>;
  visited: Set<string>;
}

/** What a step does to the state, besides the hits and further calls it makes. `ended`: nothing after it is carried out. */
interface After {
  state: State;
  ended: boolean;
}

const usesKeys = (data: string, keys: ReadonlySet<string>): boolean =>
  [...keys].some((key) => data.includes(`\${${key}`));

/** Whether a step passes on what the caller chose to dial: a capture, or the dialled number. */
const isFree = ({ node }: Step, { free }: State): boolean =>
  free && /\$\d|\$\{(?:destination_number|sip_req_user)\}/.test(dataOf(node));

/** Whether what a trunk is given comes from the caller; keys that he pressed, and a route for what he dialled, do as well. */
function isDialable(step: Step, state: State): boolean {
  const raw = dataOf(step.node);
  return isFree(step, state) || (state.free && raw.includes('_auto_route')) || usesKeys(raw, state.keys);
}

function recordHits(run: Run, step: Step, extension: Node, state: State): void {
  for (const trunk of trunksOf(step.application, step.data)) {
    const { context, who, via, asked, number } = state;
    const [dialable, collected] = [isDialable(step, state), state.keys.size];
    run.hits.push({ step, context, extension, trunk: trunk.name, who, via, asked, dialable, collected, number });
  }
}

/** Goes on at a target: at each sample number where the caller pressed it, at the one number otherwise. */
function follow(run: Run, { number, context }: Target, state: State, depth: number): Asked {
  if (usesKeys(number, state.keys)) {
    const via = state.via === 'dialled' ? 'digits' : state.via;
    for (const sample of run.samples)
      visit(run, { ...state, context, number: sample, asked: 'no', via, free: true }, depth);
    return state.asked;
  }
  return number.includes(`\${`) ? state.asked : visit(run, { ...state, context, number }, depth);
}

/** Offered on the way: menus, mailboxes, and keys during the call. */
function offers(run: Run, step: Step, state: State, depth: number): void {
  const { application, data } = step;
  if (application === 'ivr')
    for (const target of menuTargets(run.config, data, run.samples, state.context))
      visit(run, { ...state, ...target, via: 'digits', asked: 'no', free: true }, depth);
  if (application === 'voicemail' || data.includes('loopback/app=voicemail'))
    for (const target of mailboxTargets(run.config, data, run.samples))
      visit(run, { ...state, ...target, via: 'voicemail', asked: 'no' }, depth);
  const bound = /^\S+\s+(a|b|ab)\s+\S+\s+(?:transfer|execute_extension)::(.*)$/.exec(data);
  const target = application === 'bind_meta_app' && bound ? targetOf(bound[2]!, state.context) : null;
  // The called party's keys are an extension's; the caller's own are the caller's.
  if (target && bound![1]!.includes('a'))
    visit(run, { ...state, ...target, via: 'feature', asked: 'no', free: false }, depth);
}

function assign(step: Step, state: State): State {
  const name = /^(?:nolocal:)?([\w-]+)=/.exec(step.data)?.[1] ?? '';
  if (!/^(?:set|export|unset|push)$/.test(step.application) || !(name in state.known)) return state;
  const { [name]: _, ...known } = state.known;
  return { ...state, known };
}

function take(run: Run, step: Step, extension: Node, state: State, depth: number): After {
  const { application, data } = step;
  const target = /^(?:transfer|execute_extension)$/.test(application) ? targetOf(data, state.context) : null;
  if (data.includes(`\${dw_verdict}`) && target) return { state: { ...state, asked: 'held' }, ended: false };
  if (target && GUARD_CONTEXT.test(target.context)) return { state: { ...state, asked: 'asked' }, ended: false };
  if (application === 'check_acl' && data.includes(`\${dw_pass}`))
    return { state: { ...state, asked: state.asked === 'no' ? 'no' : 'held' }, ended: false };
  recordHits(run, step, extension, state);
  offers(run, step, state, depth + 1);
  for (const each of loopbacksOf(data, state.context))
    follow(run, each, { ...state, free: isFree(step, state) }, depth + 1);
  const variable = collectedBy(application, data);
  if (variable) return { state: { ...state, keys: new Set([...state.keys, variable]) }, ended: false };
  if (!target) return { state: assign(step, state), ended: ENDS.has(application) };
  const asked = follow(run, target, { ...state, free: isFree(step, state) }, depth + 1);
  return application === 'transfer'
    ? { state, ended: !data.startsWith('-bleg') }
    : { state: { ...state, asked }, ended: false };
}

const costOf = ({ conditions, steps }: Outcome): number =>
  PER_EXTENSION + conditions * PER_CONDITION + steps.reduce((sum, { data }) => sum + PER_STEP + data.length, 0);

/** Runs one number through one context; returns whether the guard had been asked at its end. */
function visit(run: Run, start: State, depth: number): Asked {
  const context = run.config.contexts.get(start.context) ?? run.config.contexts.get('global');
  const key = JSON.stringify([{ ...start, keys: [...start.keys] }]);
  const before = run.seen.get(key);
  if (before !== undefined || !context || depth > MAX_DEPTH) return before ?? start.asked;
  run.seen.set(key, start.asked);
  run.visited.add(start.context);
  let state = start;
  for (const extension of childrenOf(context, 'extension')) {
    if (isSpent(run.budget)) break;
    const outcome = evaluate(extension, start.number, state.known);
    const { steps, matched } = outcome;
    spend(run.budget, costOf(outcome));
    let ended = false;
    const entered = state;
    for (const step of steps) {
      ({ state, ended } = take(run, step, extension, state, depth));
      if (ended) break;
    }
    if (matched === 'yes' && (ended || !goesOn(extension))) break;
    // An extension that only may match changes nothing for those after it, but that the guard was asked: its condition is trusted.
    if (matched === 'maybe') state = { ...entered, asked: state.asked };
  }
  run.seen.set(key, state.asked);
  return state.asked;
}

/** Where somebody enters the dialplan. */
export interface Entry {
  context: string;
  who: Who;
}

/** What a caller from outside never has, whatever he writes into his INVITE: an account's variables. */
const OUTSIDER = { toll_allow: '', sip_authorized: '', sip_auth_username: '', user_name: '' };

function enter(run: Run, { context, who }: Entry): void {
  const known = who === 'user' ? {} : OUTSIDER;
  for (const number of run.samples)
    visit(run, { context, number, who, via: 'dialled', asked: 'no', keys: new Set(), known, free: true }, 0);
}

/**
 * Follows sample numbers from each entry through contexts, menus and mailboxes, and returns every trunk that is reached. A
 * context that none of them leads to is entered as well: a feature key, a module or a script may send extensions there.
 */
export function walk(config: Config, entries: readonly Entry[], samples: readonly string[]): Walk {
  const run: Run = { config, samples, hits: [], budget: newBudget(), seen: new Map(), visited: new Set() };
  for (const entry of entries) enter(run, entry);
  for (const context of config.contexts.keys())
    if (!run.visited.has(context) && !GUARD_CONTEXT.test(context)) enter(run, { context, who: 'user' });
  return { hits: run.hits, cut: isSpent(run.budget) };
}
