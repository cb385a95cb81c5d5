import type { Finding } from '../../finding.ts';
import { judgePin } from '../../secrets.ts';
import type { Check } from '../check.ts';
import type { Pbx } from '../pbx.ts';
import { type Entry, entryOf, general, type Section, setting } from '../section.ts';

interface Mailbox {
  name: string;
  pin: string;
  options: Map<string, string>;
  entry: Entry;
}

const NO_CONTEXT = new Set(['general', 'zonemessages']);

function optionsOf(text: string): Map<string, string> {
  return new Map(
    text.split('|').map((o) => [o.split('=')[0]!.trim().toLowerCase(), o.slice(o.indexOf('=') + 1).trim()]),
  );
}

function mailboxesOf(sections: readonly Section[]): Mailbox[] {
  const aliases = setting(general(sections), 'aliasescontext');
  return sections
    .filter((s) => !NO_CONTEXT.has(s.name) && s.name !== aliases)
    .flatMap((section) =>
      section.entries
        .filter((e) => /^[\w*#.-]+$/.test(e.name) && /^-?[\d*#]*\s*(,|$)/.test(e.value))
        .map((entry) => {
          const [pin = '', , , , options = ''] = entry.value.split(',');
          const name = section.name === 'default' ? entry.name : `${entry.name}@${section.name}`;
          return { name, pin: pin.trim().replace(/^-/, ''), options: optionsOf(options), entry };
        }),
    );
}

/** Mailboxes from which a caller can go on to another number, and where the files say so. */
const WAYS = ['dialout', 'callback'] as const;

function leadsOut({ options }: Mailbox, sections: readonly Section[]): boolean {
  return WAYS.some((way) => options.get(way) ?? setting(general(sections), way));
}

function dialOut(at: Entry, way: string, context: string, subject: string): Finding {
  return {
    code: 'voicemail_dialout',
    severity: 'medium',
    file: at.file,
    line: at.line,
    subject,
    text: `Whoever knows the PIN can call on from voicemail (${way}=${context}).`,
    why: 'Mailboxes are opened by guessing PINs from outside, and then their owner pays for the calls.',
    fix: `Delete ${way}=${context}, or let it lead to a context that reaches your own extensions only.`,
  };
}

function ways(sections: readonly Section[], boxes: readonly Mailbox[]): Finding[] {
  return WAYS.flatMap((way) => {
    const all = entryOf(general(sections), way);
    const own = boxes.filter((b) => b.options.get(way));
    return [
      ...(all?.value ? [dialOut(all, way, all.value, 'all mailboxes')] : []),
      ...own.map((b) => dialOut(b.entry, way, b.options.get(way)!, `mailbox ${b.name}`)),
    ];
  });
}

/** PINs of voicemail that are guessed, and mailboxes from which one can dial on. */
export const mailboxes: Check = ({ conf }) => {
  const sections = conf('voicemail.conf');
  const boxes = mailboxesOf(sections);
  const pins = boxes.flatMap((box): Finding[] => {
    const found = judgePin(box.pin, box.entry.name);
    if (!found) return [];
    return [
      {
        code: found.code,
        severity: leadsOut(box, sections) ? 'high' : found.code === 'pin_weak' ? 'low' : 'medium',
        file: box.entry.file,
        line: box.entry.line,
        subject: `mailbox ${box.name}`,
        text: `The PIN of mailbox ${box.name} ${found.hint}.`,
        why: 'Mailboxes are opened from outside with such PINs, for what is said in them and for calling on.',
        fix: 'Give it six random digits, and forbid the old habits: minpassword=6 in [general].',
      },
    ];
  });
  return [...pins, ...ways(sections, boxes)];
};

/** Contexts that a caller of voicemail can go on to. */
export function mailboxContexts({ conf }: Pbx): string[] {
  const sections = conf('voicemail.conf');
  const given = mailboxesOf(sections).flatMap((b) => WAYS.map((way) => b.options.get(way)));
  return [...new Set([...given, ...WAYS.map((way) => setting(general(sections), way))])].filter(
    (c): c is string => !!c,
  );
}
