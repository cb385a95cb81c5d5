import { createHash } from 'node:crypto';
import { type Finding, someOf } from '../finding.ts';
import { judgePin, judgeSecret, MOST_JUDGED, SEVERITY_OF } from '../secrets.ts';
import { trunksOf } from './dial-string.ts';
import { param, type User, users } from './directory.ts';
import { at, type Check, groupBy, isTrue, type Setting } from './model.ts';

/** Names that stand for a group, and those its sentence spells out. */
const SHOWN = 3;
const SPELT_OUT = 40;
const LONG_ROW = "It is the first thing a scanner tries, and one password is enough to dial at the owner's cost.";
/** Of each finding about a list of users. */
const GROUP = 'users';
const RANDOM =
  'Give each its own random password of 16 characters or more (openssl rand -base64 18), in the directory and on the phone.';

interface Held {
  user: User;
  secret: Setting;
}

const holders = (all: readonly User[], name: string): Held[] =>
  all.flatMap((user) => {
    const secret = param(user, name);
    return secret && secret.value !== '' ? [{ user, secret }] : [];
  });

/** One finding for all the users who share a password: it is one weakness, with one cause. */
function judgeShared(held: readonly Held[]): Finding[] {
  const [first] = held;
  const ids = held.map(({ user }) => user.id);
  const found = judgeSecret(first!.secret.value, { user: ids[0]!, others: [...new Set(ids)].slice(1) });
  if (!found) return [];
  return [
    {
      ...at(first!.secret, found.code, SEVERITY_OF[found.code], someOf(ids, SHOWN), {
        text: `The password of ${someOf(ids, SPELT_OUT)} ${found.hint}${held.length > 1 && found.code !== 'secret_reused' ? `, and ${held.length} users have it` : ''}.`,
        why: LONG_ROW,
        fix: RANDOM,
      }),
      members: ids,
      group: GROUP,
    },
  ];
}

/** What a thief of the file, or a guesser, tries against `MD5(user:domain:password)`. */
const guesses = (id: string): string[] => [
  id,
  '1234',
  '12345',
  '123456',
  'password',
  `${id}${id}`,
  [...id].reverse().join(''),
  '',
];

function judgeHash({ user, secret }: Held): Finding[] {
  const isGuess = (guess: string) =>
    createHash('md5').update(`${user.id}:${user.domain}:${guess}`).digest('hex') === secret.value.toLowerCase();
  if (!guesses(user.id).some(isGuess)) return [];
  return [
    at(secret, 'secret_default', 'critical', user.id, {
      text: `The a1-hash of ${user.id} is that of a password which every guesser tries first.`,
      why: LONG_ROW,
      fix: RANDOM,
    }),
  ];
}

function withoutPassword(all: readonly User[]): Finding[] {
  const open = all.filter(
    (user) => user.bare || (isTrue(param(user, 'allow-empty-password')?.value) && !param(user, 'password')?.value),
  );
  return open.map(({ id, node }) =>
    at(node, 'secret_missing', 'critical', id, {
      text: `User ${id} gets in without any password.`,
      why: 'FreeSWITCH asks a user nothing when neither the user nor its domain has <params> (sofia_reg.c), or allow-empty-password is set.',
      fix: `Write <params><param name="password" value="..."/></params> with a long random password into user ${id}, and delete allow-empty-password.`,
    }),
  );
}

function pins(all: readonly User[]): Finding[] {
  const judged = holders(all, 'vm-password').flatMap(({ user, secret }) => {
    const found = judgePin(secret.value, user.id);
    return found ? [{ user, secret, found }] : [];
  });
  return groupBy(judged, ({ found }) => found.hint).map((group) => {
    const { secret, found } = group[0]!;
    const ids = group.map(({ user }) => user.id);
    const words = {
      text: `The voicemail PIN of ${someOf(ids, SPELT_OUT)} ${found.hint}.`,
      why: 'Who opens a mailbox hears its messages, and where call back is on, dials from it.',
      fix: 'Write a random vm-password of 6 digits for each, or let users choose one and check it.',
    };
    return { ...at(secret, found.code, 'medium', someOf(ids, SHOWN), words), members: ids, group: GROUP };
  });
}

function dialStrings(all: readonly User[]): Finding[] {
  const forwarded = all.flatMap((user) => {
    const found = param(user, 'dial-string');
    const trunk = found && trunksOf('bridge', found.value)[0];
    return trunk ? [{ user, found, trunk }] : [];
  });
  return forwarded.map(({ user, found, trunk }) =>
    at(found, 'forward_unguarded', 'high', user.id, {
      text: `Calls to user ${user.id} go out over ${trunk.name} by the dial-string of the directory, past the dialplan.`,
      why: 'The guard is asked in the dialplan, so it never hears of these calls.',
      fix: `Write loopback/NUMBER/default into the dial-string of user ${user.id} instead of the gateway, so that the call goes through the dialplan.`,
    }),
  );
}

/** Passwords and PINs of the directory, judged offline and never shown. */
export const passwords: Check = (config) => {
  const all = users(config);
  const shared = groupBy(holders(all, 'password'), ({ secret }) => secret.value);
  const next = shared[MOST_JUDGED]?.[0]?.secret;
  if (next) {
    const why = `begins more than the ${MOST_JUDGED} passwords that are judged: the rest was not looked at`;
    config.unread.push({ file: next.file, line: next.line, why });
  }
  return [
    ...withoutPassword(all),
    ...shared.slice(0, MOST_JUDGED).flatMap(judgeShared),
    ...holders(all, 'a1-hash').flatMap(judgeHash),
    ...pins(all),
    ...dialStrings(all),
  ];
};
