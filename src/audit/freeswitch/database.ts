import { type Check, type Config, childrenOf, descendants, loaded, setting, settings } from './model.ts';
import { profiles } from './profiles.ts';

/** Sections that a script or a web server may deliver, and what is then missing here. */
const SECTIONS: Record<string, string> = {
  dialplan: 'whether calls ask the guard cannot be read from files',
  directory: 'its users and their passwords cannot be read from files',
  configuration: 'SIP profiles, network lists and menus may not be what the files say',
};

function luaSource({ configurations }: Config): { what: string; sections: string; file: string; line: number } | null {
  const params = settings(configurations.get('lua.conf'), 'settings');
  const script = setting(params, 'xml-handler-script');
  const bindings = setting(params, 'xml-handler-bindings');
  if (!script || !bindings) return null;
  const fusion = script.value.includes('xml_handler') ? " (FusionPBX's database)" : '';
  return {
    what: `the script "${script.value}"${fusion}`,
    sections: bindings.value,
    file: script.file,
    line: script.line,
  };
}

function curlSources(config: Config): { what: string; sections: string; file: string; line: number }[] {
  const conf = config.configurations.get('xml_curl.conf');
  if (!conf || !loaded(config, 'mod_xml_curl')) return [];
  return descendants(conf, 'binding').flatMap((binding) =>
    childrenOf(binding, 'param')
      .filter(({ attributes }) => attributes.name === 'gateway-url')
      .map(({ attributes, file, line }) => ({
        what: 'a web server (mod_xml_curl)',
        sections: attributes.bindings ?? 'all',
        file,
        line,
      })),
  );
}

/** A section with nothing in it was not audited, which is another thing than being clean. */
function empty({ file, configurations, contexts, domains, unread }: Config): void {
  const sections = { configuration: configurations.size, dialplan: contexts.size, directory: domains.length };
  for (const [section, size] of Object.entries(sections))
    if (size === 0 && !unread.some(({ why }) => why.includes(`deliver the ${section}`)))
      unread.push({ file, line: null, why: `holds nothing of the ${section}, nor does what it includes` });
}

/** A profile may leave the XML dialplan for a script, ENUM or the file of mod_dialplan_asterisk. */
function otherDialplans(config: Config): void {
  for (const { name, params } of profiles(config)) {
    const found = setting(params, 'dialplan');
    if (found && found.value.toLowerCase() !== 'xml')
      config.unread.push({
        file: found.file,
        line: found.line,
        why: `sends the calls of profile ${name} to "${found.value}": where they go from there is not known`,
      });
  }
}

/** What FreeSWITCH gets from elsewhere than files, as FusionPBX does, is said to be unread; there is nothing to find. */
export const database: Check = (config) => {
  const lua = luaSource(config);
  for (const { what, sections, file, line } of [...(lua ? [lua] : []), ...curlSources(config)])
    for (const [section, why] of Object.entries(SECTIONS))
      if (sections.includes(section) || sections === 'all')
        config.unread.push({ file, line, why: `lets ${what} deliver the ${section}: ${why}` });
  otherDialplans(config);
  empty(config);
  return [];
};
