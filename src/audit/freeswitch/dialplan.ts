import { childrenOf, isTrue } from './model.ts';
import { pattern } from './pattern.ts';
import type { Node } from './tree.ts';

/** Channel variables with a known value, such as `toll_allow` of a caller from outside: empty. All others may be anything. */
export type Known = Readonly<Record<string, string>>;

/** Whether a condition holds for a number: `maybe` where it asks what only a real call would tell. */
export type Holds = 'yes' | 'no' | 'maybe';

export interface Step {
  node: Node;
  application: string;
  /** With `$1`... and the destination number put in. */
  data: string;
}

/** What one extension does with a number. */
export interface Outcome {
  steps: Step[];
  /** Whether the hunt ends here. */
  matched: Holds;
  /** Conditions that it has. */
  conditions: number;
}

const DIGITS = /^(?:\$\{)?(?:destination_number|dialed_number|sip_req_user)\}?$/;

function fieldHolds(
  field: string,
  expression: string,
  number: string,
  known: Known,
): { holds: Holds; groups: string[] } {
  const name = /^\$\{([\w-]+)\}$/.exec(field)?.[1] ?? field;
  const value = DIGITS.test(field) ? number : known[name];
  const regex = expression.includes('${') ? null : pattern(expression);
  if (value === undefined || !regex) return { holds: 'maybe', groups: [] };
  const match = regex.exec(value);
  return { holds: match ? 'yes' : 'no', groups: match ? [...match].map((each) => each ?? '') : [] };
}

const expressionOf = (node: Node): string =>
  childrenOf(node, 'expression')[0]?.text.trim() ?? node.attributes.expression ?? '';

function conditionHolds(node: Node, number: string, known: Known): { holds: Holds; groups: string[] } {
  const { field, regex } = node.attributes;
  if (regex) {
    const each = childrenOf(node, 'regex').map((one) =>
      fieldHolds(one.attributes.field ?? '', expressionOf(one), number, known),
    );
    const is = (what: Holds) => each.filter(({ holds }) => holds === what).length;
    const sure = regex === 'all' ? is('yes') === each.length : is('yes') > 0;
    const never = regex === 'all' ? is('no') > 0 : is('no') === each.length;
    return {
      holds: never ? 'no' : sure ? 'yes' : 'maybe',
      groups: each.find(({ groups }) => groups.length > 0)?.groups ?? [],
    };
  }
  if (field !== undefined) return fieldHolds(field, expressionOf(node), number, known);
  const attributes = Object.keys(node.attributes).filter((name) => name !== 'break' && name !== 'require-nested');
  return { holds: attributes.length > 0 ? 'maybe' : 'yes', groups: [] };
}

/** The data of an action: what stands in it counts before its attribute. */
export const dataOf = ({ text, attributes }: Node): string => text.trim() || (attributes.data ?? '');

function stepsOf(node: Node, element: string, number: string, groups: string[]): Step[] {
  return childrenOf(node, element).map((action) => {
    const raw = dataOf(action);
    const data = groups.length > 0 ? raw.replace(/\$(\d)/g, (_, n: string) => groups[Number(n)] ?? '') : raw;
    return {
      node: action,
      application: (action.attributes.application ?? '').toLowerCase(),
      data: data.replace(/\$\{(?:destination_number|sip_req_user)\}/g, number),
    };
  });
}

const breaks = (kind: string | undefined, holds: Holds): boolean =>
  kind === 'always' || (kind === 'on-true' ? holds === 'yes' : kind !== 'never' && holds === 'no');

/** Conditions with those inside them, which are read after the one that holds them. */
const conditionsOf = (node: Node): Node[] =>
  childrenOf(node, 'condition').flatMap((each) => [each, ...conditionsOf(each)]);

/**
 * What an extension does with a number (mod_dialplan_xml.c, parse_exten()): the actions of the conditions that hold or may
 * hold, and the anti-actions of those that do not or may not.
 */
export function evaluate(extension: Node, number: string, known: Known): Outcome {
  const conditions = conditionsOf(extension);
  const outcome: Outcome = { steps: [], matched: 'no', conditions: conditions.length };
  let sure = true;
  for (const condition of conditions) {
    const { holds, groups } = conditionHolds(condition, number, known);
    const kind = condition.attributes.break;
    if (holds !== 'no') {
      outcome.steps.push(...stepsOf(condition, 'action', number, groups));
      outcome.matched = 'yes';
    } else outcome.matched = 'no';
    if (holds !== 'yes') {
      const otherwise = stepsOf(condition, 'anti-action', number, []);
      // Where it may go either way, the branch that ends the call is not taken to hide the one that goes on.
      if (holds === 'no') outcome.steps.push(...otherwise);
      if (otherwise.length > 0) outcome.matched = 'yes';
    }
    if (holds === 'maybe' && kind !== 'never') sure = false;
    if (breaks(kind, holds)) break;
  }
  if (outcome.matched === 'yes' && !sure) outcome.matched = 'maybe';
  return outcome;
}

/** The hunt goes on after this extension even when it matched. */
export const goesOn = (extension: Node): boolean => isTrue(extension.attributes.continue);
