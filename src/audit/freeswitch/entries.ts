import { inboundLists, isClosed } from './acl.ts';
import type { Who } from './hit.ts';
import { type Config, childrenOf, descendants, setting, settings } from './model.ts';
import { samplesOf } from './pattern.ts';
import { type Profile, profiles } from './profiles.ts';
import type { Entry } from './walk.ts';

/** Numbers people and scripts dial: with and without outside line, IDD prefixes of several countries, premium, short. */
const DIALLED =
  '+252615550100 00252615550100 011252615550100 0011252615550100 900252615550100 9011252615550100 0252615550100 252615550100 ' +
  '12025550123 912025550123 2025550123 5550123 95550123 02615550100 002615550100 9002615550100 09001234567 1900123456 ' +
  '0612345678 5551234567890';
const PREFIXES = ['', '9', '0', '8'];
const MAX_SAMPLES = 300;

const who = (config: Config, profile: Profile): Who =>
  profile.challenges ? 'user' : isClosed(config, profile) ? 'inbound' : 'stranger';

/** A profile's own context, those of its gateways, and those that `list:pass:fail` of its inbound lists names. */
function profileEntries(config: Config, profile: Profile): Entry[] {
  const from = who(config, profile);
  const gateways = descendants(profile.node, 'gateway').flatMap(
    (gateway) => setting(settings(gateway, null), 'context')?.value || [],
  );
  const byList = inboundLists(profile).flatMap((value) => value.split(':').slice(1));
  return [
    { context: profile.context, who: from },
    ...gateways.map((context): Entry => ({ context, who: 'inbound' })),
    ...byList.filter(Boolean).map((context): Entry => ({ context, who: from })),
  ];
}

function userContexts({ domains }: Config): string[] {
  const holders = domains.flatMap((domain) => [
    domain,
    ...descendants(domain, 'group'),
    ...descendants(domain, 'user'),
  ]);
  return holders.flatMap((node) => setting(settings(node, 'variables', 'variable'), 'user_context')?.value || []);
}

/** Where calls enter the dialplan, and whose they are. */
export function entries(config: Config): Entry[] {
  const all = [
    ...profiles(config).flatMap((profile) => profileEntries(config, profile)),
    ...userContexts(config).map((context): Entry => ({ context, who: 'user' })),
  ];
  const unique = new Map(all.map((entry) => [`${entry.who} ${entry.context}`, entry]));
  return [...unique.values()];
}

/** Numbers to follow: usual ones, and for every expression on the dialled number some that it matches. */
export function samples({ contexts }: Config): string[] {
  const found = new Set(DIALLED.split(' '));
  for (const context of contexts.values())
    for (const extension of childrenOf(context, 'extension'))
      for (const { attributes } of [...descendants(extension, 'condition'), ...descendants(extension, 'regex')]) {
        if (!attributes.field?.includes('destination_number')) continue;
        for (const sample of samplesOf(attributes.expression ?? ''))
          for (const prefix of PREFIXES) found.add(prefix + sample);
        if (found.size >= MAX_SAMPLES) return [...found].slice(0, MAX_SAMPLES);
      }
  return [...found];
}
