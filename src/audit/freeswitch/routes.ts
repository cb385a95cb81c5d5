import { type Finding, rank, type Severity } from '../finding.ts';
import { evaluate } from './dialplan.ts';
import { entries, samples } from './entries.ts';
import type { Hit } from './hit.ts';
import { at, type Check, type Config, childrenOf, extensionName, groupBy } from './model.ts';
import { walk } from './walk.ts';

/** A line that calls a trunk, with everybody who reaches it. */
interface Route {
  hits: Hit[];
  /** Its extension and context, as an administrator knows them. */
  subject: string;
}

function routesOf(hits: readonly Hit[]): Route[] {
  return groupBy(hits, ({ step }) => step.node).map((all) => ({
    hits: all,
    subject: extensionName(all[0]!.context, all[0]!.extension),
  }));
}

const ASK =
  'Put dialplan/freeswitch/00_dialwarden.xml as the first extension of context CONTEXT, and dialwarden.xml with its folder beside the contexts.';

function unguarded({ hits, subject }: Route): Finding[] {
  const open = hits.find(({ asked }) => asked === 'no');
  const loose = hits.find(({ asked }) => asked === 'asked');
  if (open)
    return [
      at(open.step.node, 'guard_not_asked', 'high', subject, {
        text: `Extension ${subject} calls ${open.trunk} without asking the guard.`,
        why: 'Whoever has a password, or finds a way into this context, dials any number this line takes, at your cost and unseen.',
        fix: ASK.replace('CONTEXT', open.context),
      }),
    ];
  if (!loose) return [];
  return [
    at(loose.step.node, 'guard_not_obeyed', 'medium', subject, {
      text: `Extension ${subject} asks the guard, but calls ${loose.trunk} whatever the answer was.`,
      why: 'When the guard or its dialplan file is missing, the call goes out all the same.',
      fix: `Set dw_pass=0.0.0.0 before the guard is asked, and write <action application="check_acl" data="\${dw_pass} 127.0.0.1/32 CALL_REJECTED"/> after it.`,
    }),
  ];
}

interface Way {
  code: string;
  severity: Severity;
  text: string;
  fix: string;
}

/** How a caller who is no extension chooses the number that goes to a trunk; the worst way first. */
function wayIn({ who, via, collected, context, trunk }: Hit): Way {
  const keyed = collected > 1 ? 'a PIN is all that stands before it' : 'nothing is asked before it';
  if (via === 'digits')
    return {
      code: 'disa',
      severity: collected > 1 ? 'high' : 'critical',
      text: `A caller from outside can key in a number that goes out over ${trunk} (DISA); ${keyed}.`,
      fix: 'Remove the line that passes the keyed number on, or let it reach a context that holds extensions only.',
    };
  if (via === 'voicemail')
    return {
      code: 'voicemail_dial_out',
      severity: 'high',
      text: `A caller from outside gets from voicemail to ${trunk} (operator key or call back).`,
      fix: 'In voicemail.conf.xml let operator-extension and callback-context name a context that holds extensions only.',
    };
  if (via === 'feature')
    return {
      code: 'caller_transfer',
      severity: 'critical',
      text: `A caller from outside can press a key during the call and dial on over ${trunk} (bind_meta_app on his own leg).`,
      fix: 'Bind the key to the called party alone: write "b" instead of "a" or "ab" in bind_meta_app.',
    };
  return {
    code: 'stranger_dials_out',
    severity: who === 'stranger' ? 'critical' : 'medium',
    text: `${who === 'stranger' ? 'A call from any address, without a password,' : 'A call from a trunk'} reaches ${trunk} with a number of the caller's choice.`,
    fix: `Take this route out of reach of context ${context}: let callers from outside get to named numbers and extensions only.`,
  };
}

function openToStrangers({ hits, subject }: Route): Finding[] {
  const ways = new Map<string, { hit: Hit; way: Way }>();
  for (const hit of hits) {
    if (hit.who === 'user' || !hit.dialable) continue;
    const way = wayIn(hit);
    const before = ways.get(way.code);
    if (!before || rank(way.severity) < rank(before.way.severity)) ways.set(way.code, { hit, way });
  }
  return [...ways.values()].map(({ hit, way }) =>
    at(hit.step.node, way.code, way.severity, subject, {
      text: way.text,
      why: 'Toll fraud needs no more than this: somebody finds the number, and calls to dear destinations run up overnight.',
      fix: way.fix,
    }),
  );
}

/** Whether the extension still takes the number when something that is no digit hangs on to it. */
function takesAnything({ extension, number, step }: Hit): boolean {
  const hostile = `${number},x@y`;
  const { steps } = evaluate(extension, hostile, {});
  return steps.some(({ node, data }) => node === step.node && data.includes('x@y'));
}

/** Where the guard stands, what is no number has been refused before. */
function unfiltered({ hits, subject }: Route): Finding[] {
  const hit = hits.find((each) => each.asked !== 'held' && each.dialable && takesAnything(each));
  if (!hit) return [];
  return [
    at(hit.step.node, 'number_unfiltered', 'medium', subject, {
      text: `Extension ${subject} passes whatever was dialled on to ${hit.trunk}, not digits alone.`,
      why: `A comma, an @ or a \${...} in the dialled name adds a second destination or another host to the dial string.`,
      fix: 'Let the expression take digits only and end it, as in ^(\\d{3,15})$ or ^(\\+?\\d{3,15})$.',
    }),
  ];
}

const asksPermission = ({ extension }: Hit): boolean =>
  childrenOf(extension, 'condition').some(({ attributes }) =>
    /toll_allow|pin|authorized/i.test(attributes.field ?? ''),
  );

/** Only where no guard is asked: it knows better than a word in the directory. */
function unlimited({ hits, subject }: Route): Finding[] {
  const hit = hits.find((each) => each.asked === 'no' && each.dialable && each.who === 'user' && !asksPermission(each));
  if (!hit) return [];
  return [
    at(hit.step.node, 'toll_allow_unchecked', 'medium', subject, {
      text: `Extension ${subject} calls ${hit.trunk} for every extension: it has no condition on toll_allow.`,
      why: 'A phone in the lobby dials as far as the director does, and so does whoever steals its password.',
      fix: `Write <condition field="\${toll_allow}" expression="international"/> (or local, domestic) as its first condition.`,
    }),
  ];
}

const CHECKS = [openToStrangers, unguarded, unfiltered, unlimited];

/** What reaches a trunk, by whom, and whether the guard is asked on the way. */
export const routes: Check = (config: Config): Finding[] => {
  const { hits, cut } = walk(config, entries(config), samples(config));
  if (cut)
    config.unread.push({
      file: [...config.contexts.values()][0]!.file,
      line: null,
      why: 'begins a dialplan too large to follow: not every way to a trunk was looked at',
    });
  return routesOf(hits).flatMap((route) => CHECKS.flatMap((check) => check(route)));
};
