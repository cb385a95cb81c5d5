import type { Finding } from '../../finding.ts';
import { atMost, type Check, nameOf, reachesTrunk, together } from '../check.ts';
import type { Pbx } from '../pbx.ts';
import { general, isFalse, setting } from '../section.ts';
import type { Reached } from '../walk.ts';

/** Options that let a party transfer; variables and arguments of other options say nothing. */
const letters = ({ options }: Reached): string => options.replace(/\$\{[^{}]*\}/g, '').replace(/\([^()]*\)/g, '');

function byKeys(pbx: Pbx): Finding[] {
  const found = new Map<string, Finding>();
  const starts = new Map(pbx.endpoints.map((e) => [`${e.kind} ${e.context}`, e]));
  for (const { kind, context } of starts.values()) {
    for (const reached of pbx.walk.enter(context)) {
      const out = reached.targets.some((t) => t.kind === 'trunk');
      const option = out ? 't' : kind === 'phone' ? null : 'T';
      if (option === null || reached.step.app !== 'dial' || !letters(reached).includes(option)) continue;
      const { step, extension } = reached;
      found.set(`${step.file}:${step.line}`, {
        code: 'outside_transfers',
        severity: 'medium',
        file: step.file,
        line: step.line,
        subject: nameOf(extension),
        text: `The far party may transfer the call with its keys (option ${option} of Dial).`,
        why: 'An outside party sends the call on to another number through your PBX, and you pay for it.',
        fix: `Delete ${option} from the options; your own phones transfer with ${option === 't' ? 'T' : 't'} or with their transfer key.`,
      });
    }
  }
  return [...found.values()];
}

/** Contexts that every transfer goes to, wherever the call came from (TRANSFER_CONTEXT). */
function transferContexts({ dialplan }: Pbx): string[] {
  const set = [...dialplan.contexts.values()].flatMap(({ extensions }) =>
    [...extensions.values()].flatMap(({ steps }) =>
      [...steps.values()].map(({ app, args }) =>
        app === 'set' ? /^_*(?:GLOBAL\()?TRANSFER_CONTEXT\)?=\s*([\w-]+)\s*$/.exec(args)?.[1] : undefined,
      ),
    ),
  );
  return [...new Set([dialplan.globals.get('TRANSFER_CONTEXT'), ...set])].filter((name) => name !== undefined);
}

/** The setting that forbids an endpoint to send REFER, and where it may stand. */
const FORBIDS = {
  PJSIP: { key: 'allow_transfer', file: 'pjsip.conf' },
  SIP: { key: 'allowtransfer', file: 'sip.conf' },
};

/** Trunks and strangers whose REFER sends a call on to outside; in their own context they get no further than by calling in. */
function bySignal(pbx: Pbx): Finding[] {
  const context = transferContexts(pbx).find((name) => reachesTrunk(pbx, name));
  if (context === undefined) return [];
  const top = { PJSIP: undefined, SIP: general(pbx.conf('sip.conf')) };
  return (['PJSIP', 'SIP'] as const).flatMap((tech): Finding[] => {
    const { key, file } = FORBIDS[tech];
    const open = pbx.endpoints.filter(
      (e) => e.tech === tech && e.kind !== 'phone' && !isFalse(setting(e.section, key) ?? setting(top[tech], key)),
    );
    return together(open, `${tech} transfers`, (names) => ({
      code: 'outside_transfers',
      severity: 'medium',
      text: `The far end may transfer calls into context ${context} (TRANSFER_CONTEXT), which reaches a trunk: ${names}.`,
      why: 'Whoever speaks as the trunk leaves the call and has your PBX dial any number in his place, at your cost.',
      fix: `Write ${key}=no into each of them in ${file}; your own phones keep their transfer key.`,
    }));
  });
}

/** Transfers to outside by those who are no extension of ours. */
export const transfers: Check = (pbx) => [...atMost(byKeys(pbx)), ...bySignal(pbx)];
