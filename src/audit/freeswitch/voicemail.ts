import type { Finding } from '../finding.ts';
import { type Target, targetOf } from './dial-string.ts';
import { at, type Check, type Config, descendants, isTrue, setting, settings } from './model.ts';
import type { Node } from './tree.ts';

const mailboxProfiles = ({ configurations }: Config): Node[] => {
  const conf = configurations.get('voicemail.conf');
  return conf ? descendants(conf, 'profile') : [];
};

/**
 * Where a caller gets to from voicemail: by the operator key to one extension; who logs in to a mailbox also to the numbers
 * of those who left a message, which they wrote themselves (`free`).
 */
export function mailboxTargets(
  config: Config,
  data: string,
  samples: readonly string[],
): (Target & { free: boolean })[] {
  return mailboxProfiles(config).flatMap((profile) => {
    const params = settings(profile, null);
    const value = (name: string) => setting(params, name)?.value ?? '';
    const operator = value('operator-key') === '' ? null : targetOf(value('operator-extension'), 'default');
    const context = value('callback-context');
    const called =
      context !== '' && /\bcheck\b/.test(data) ? samples.map((number) => ({ number, context, free: true })) : [];
    return operator ? [{ ...operator, free: false }, ...called] : called;
  });
}

/** Mailboxes without a PIN, which anybody who can dial them opens. */
export const voicemail: Check = (config): Finding[] => {
  const open = mailboxProfiles(config).flatMap((profile) => {
    const found = setting(settings(profile, null), 'allow-empty-password-auth');
    return found && isTrue(found.value) ? [{ profile: profile.attributes.name ?? '', found }] : [];
  });
  return open.map(({ profile, found }) =>
    at(found, 'mailbox_without_pin', 'low', profile, {
      text: `Voicemail profile ${profile} opens a mailbox that has no PIN to whoever dials it (allow-empty-password-auth).`,
      why: 'A mailbox that was forgotten gives away its messages, and the numbers that call back from it.',
      fix: 'Write <param name="allow-empty-password-auth" value="false"/>.',
    }),
  );
};
