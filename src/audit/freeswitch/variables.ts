import type { Finding } from '../finding.ts';
import { judgeSecret } from '../secrets.ts';
import { users, variable } from './directory.ts';
import { at, type Check, type Config } from './model.ts';

function defaultPassword({ variables }: Config): Finding[] {
  const set = variables.get('default_password');
  const found = set && judgeSecret(set.value, { user: 'default', others: [] });
  if (!set || !found) return [];
  return [
    at(set, 'default_password', 'critical', 'default_password', {
      text: `The variable default_password, which new users of the directory get, ${found.hint}.`,
      why: "FreeSWITCH's published value is tried on every server that answers, and each user who has it can be dialled through.",
      fix: 'Write a long random value into vars.xml, and give every user a password of its own instead of $${default_password}.',
    }),
  ];
}

/** Users from which on it is no single person's privilege any more. */
const MANY = 5;

function everybodyAbroad(config: Config): Finding[] {
  const all = users(config).filter((user) => variable(user, 'toll_allow'));
  const abroad = all.filter((user) => /international/.test(variable(user, 'toll_allow')!.value));
  if (abroad.length < MANY || abroad.length < all.length) return [];
  return [
    at(variable(abroad[0]!, 'toll_allow')!, 'toll_allow_everybody', 'medium', 'toll_allow', {
      text: `All ${abroad.length} users with a toll_allow may dial international numbers.`,
      why: 'Any one stolen password then reaches the dearest destinations, though few people call abroad.',
      fix: 'Take "international" out of toll_allow for all who do not need it: <variable name="toll_allow" value="domestic,local"/>.',
    }),
  ];
}

/** Global variables and what all users are given alike. */
export const variables: Check = (config) => [...defaultPassword(config), ...everybodyAbroad(config)];
