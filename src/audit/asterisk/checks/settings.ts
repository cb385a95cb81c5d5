import type { Finding, Severity } from '../../finding.ts';
import type { Check } from '../check.ts';
import { general, isFalse, isTrue, placeOf, type Section, setting } from '../section.ts';

type Words = Pick<Finding, 'code' | 'subject' | 'text' | 'why' | 'fix'> & { severity: Severity };

const at = (section: Section, name: string, words: Words): Finding => ({ ...words, ...placeOf(section, name) });

/** asterisk.conf: whether dialplan functions that run programs are open to AMI, ARI and the caller's text. */
const dangerous: Check = ({ conf }) =>
  conf('asterisk.conf')
    .filter((s) => s.name === 'options' && isTrue(setting(s, 'live_dangerously')))
    .map((s) =>
      at(s, 'live_dangerously', {
        code: 'live_dangerously',
        severity: 'high',
        subject: 'live_dangerously',
        text: 'SHELL() and other dangerous functions are open to AMI, ARI and hints (live_dangerously=yes).',
        why: 'Whoever reaches AMI or ARI, or gets text into an evaluated variable, runs programs as Asterisk.',
        fix: 'Write live_dangerously=no in [options] of asterisk.conf and restart Asterisk.',
      }),
    );

/** rtp.conf: whether media is taken from any address. */
const media: Check = ({ conf }) =>
  conf('rtp.conf')
    .filter((s) => s.name === 'general' && isFalse(setting(s, 'strictrtp')))
    .map((s) =>
      at(s, 'strictrtp', {
        code: 'strictrtp_off',
        severity: 'medium',
        subject: 'RTP',
        text: 'Voice packets are taken from any address (strictrtp=no).',
        why: 'A stranger who sends packets to the open ports speaks in your calls, or has them sent to himself.',
        fix: 'Write strictrtp=yes in [general] of rtp.conf, or delete the line.',
      }),
    );

/** cdr.conf: whether the seconds of a call are known when its hangup handlers run. */
const records: Check = ({ conf }) => {
  const top = general(conf('cdr.conf'));
  if (!top || isTrue(setting(top, 'endbeforehexten'))) return [];
  return [
    at(top, 'endbeforehexten', {
      code: 'cdr_end',
      severity: 'low',
      subject: 'CDR',
      text: 'Call records end after the hangup handlers (endbeforehexten is not yes).',
      why: 'Handlers then read 0 billed seconds, and an answered call leaves two records.',
      fix: 'Write endbeforehexten=yes in [general] of cdr.conf.',
    }),
  ];
};

export const settings: Check = (pbx) => [...dangerous(pbx), ...media(pbx), ...records(pbx)];
