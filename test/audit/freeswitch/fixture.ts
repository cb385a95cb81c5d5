import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Audit } from '../../../src/audit/finding.ts';
import { auditFreeswitch } from '../../../src/audit/freeswitch/index.ts';
import { type Files, inFolder, relative } from '../folder.ts';

const conf = (name: string, inside: string): string =>
  `<configuration name="${name}.conf">\n${inside}\n</configuration>\n`;
const param = (name: string, value: string): string => `<param name="${name}" value="${value}"/>`;

const SIP_HARD = [
  param('auth-calls', 'true'),
  param('inbound-reg-force-matching-username', 'true'),
  param('log-auth-failures', 'true'),
  param('force-register-domain', 'pbx.example.net'),
  param('tls', 'true'),
  param('tls-version', 'tlsv1.2,tlsv1.3'),
  param('context', 'inside'),
].join('\n');

const TRUNK_HARD = [
  param('auth-calls', 'false'),
  param('apply-inbound-acl', 'trunks'),
  param('disable-register', 'true'),
  param('disable-transfer', 'true'),
  param('context', 'incoming'),
].join('\n');

const user = (id: string, password: string, pin: string): string => `
  <user id="${id}">
    <params>${param('password', password)}${param('vm-password', pin)}</params>
    <variables><variable name="user_context" value="inside"/><variable name="toll_allow" value="local"/></variables>
  </user>`;

/** A profile whose further settings are `more`; the last value of a setting counts. */
export const phones = (more = ''): string =>
  `<profile name="phones"><settings>\n${SIP_HARD}\n${more}\n</settings></profile>`;
export const trunks = (more = ''): string =>
  `<profile name="trunks"><settings>\n${TRUNK_HARD}\n${more}\n</settings></profile>`;
export const context = (name: string, inside: string): string =>
  `<include>\n<context name="${name}">\n${inside}\n</context>\n</include>\n`;
export const settingsOf = (name: string, params: Record<string, string>): string =>
  conf(
    name,
    `<settings>${Object.entries(params)
      .map(([key, value]) => param(key, value))
      .join('\n')}</settings>`,
  );

export const ROUTE = `<extension name="out">
  <condition field="destination_number" expression="^(\\d{7,15})$">
    <action application="bridge" data="sofia/gateway/carrier/$1"/>
  </condition>
</extension>`;

/** A PBX with the guard in front of its one route and nothing to complain about. */
export function hardened(): Files {
  const shipped = (name: string) => readFileSync(join('dialplan/freeswitch', name), 'utf8');
  return {
    'freeswitch.xml': `<?xml version="1.0"?>
<document type="freeswitch/xml">
  <X-PRE-PROCESS cmd="include" data="vars.xml"/>
  <section name="configuration">
    <X-PRE-PROCESS cmd="include" data="autoload_configs/*.xml"/>
  </section>
  <section name="dialplan">
    <X-PRE-PROCESS cmd="include" data="dialplan/*.xml"/>
  </section>
  <section name="directory">
    <X-PRE-PROCESS cmd="include" data="directory/*.xml"/>
  </section>
</document>\n`,
    'vars.xml': '<include>\n<X-PRE-PROCESS cmd="set" data="domain=pbx.example.net"/>\n</include>\n',
    'autoload_configs/modules.conf.xml': conf('modules', '<modules><load module="mod_sofia"/></modules>'),
    'autoload_configs/event_socket.conf.xml': settingsOf('event_socket', {
      'listen-ip': '127.0.0.1',
      password: '9f1cA7e0Kd42Qz8Lw5Tb',
    }),
    'autoload_configs/acl.conf.xml': conf(
      'acl',
      '<network-lists><list name="trunks" default="deny"><node type="allow" cidr="198.51.100.7/32"/></list></network-lists>',
    ),
    'autoload_configs/sofia.conf.xml': conf('sofia', `<profiles>\n${phones()}\n${trunks()}\n</profiles>`),
    'directory/pbx.xml': `<include>
<domain name="$\${domain}">
  <params>${param('dial-string', '$' + '{sofia_contact($' + '{dialed_user})}')}</params>
  <variables><variable name="rtp_secure_media" value="mandatory"/></variables>
  <groups><group name="all"><users>${user('214', 'mV7qLz0RkW3xYc8u', '730518')}${user('215', 'Tb5nHs2PgD9eJf6a', '284917')}
  </users></group></groups>
</domain>
</include>\n`,
    'dialplan/dialwarden.xml': shipped('dialwarden.xml'),
    'dialplan/inside.xml': context('inside', '<X-PRE-PROCESS cmd="include" data="inside/*.xml"/>'),
    'dialplan/inside/00_dialwarden.xml': shipped('00_dialwarden.xml'),
    'dialplan/inside/10_out.xml': `<include>\n${ROUTE}\n</include>\n`,
    'dialplan/incoming.xml': context(
      'incoming',
      `<extension name="main"><condition field="destination_number" expression="^(4930123456)$">
        <action application="transfer" data="214 XML inside"/></condition></extension>`,
    ),
  };
}

/** Writes the files into a folder of their own, audits it, and removes it. Files of the hardened set stay unless replaced. */
export function audit(files: Files = {}, prepare: (dir: string) => void = () => {}): Audit {
  return inFolder({ ...hardened(), ...files }, (dir) => {
    if (!('dialplan/dialwarden' in files))
      cpSync('dialplan/freeswitch/dialwarden', join(dir, 'dialplan/dialwarden'), { recursive: true });
    prepare(dir);
    return relative(auditFreeswitch(dir), dir);
  });
}

/** Findings in one word each: `severity code subject`. */
export const brief = ({ findings }: Audit): string[] =>
  findings.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`);

/** A SIP configuration of these profiles. */
export const sofia = (...profiles: string[]): Files => ({
  'autoload_configs/sofia.conf.xml': conf('sofia', `<profiles>\n${profiles.join('\n')}\n</profiles>`),
});

export const configuration = conf;
