import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything a test may say about its Asterisk. Ports are filled in by `startAsterisk`. */
export interface AsteriskOptions {
  /** Text of extensions.conf, behind `[general]`. Phones land in `from-internal`, trunks in `from-trunk`. */
  dialplan: string;
  globals?: Record<string, string | number>;
  /** More files of the configuration folder: name -> text. */
  files?: Record<string, string>;
  /** Trunk name -> UDP port of the far end. */
  trunks?: Record<string, number>;
  /** Channel variables of one endpoint, e.g. `{ 101: { AMPUSER: '101' } }`. */
  setVar?: Record<string, Record<string, string>>;
  /** Extensions with a phone, passwords `pw` and the extension (default 101 to 104). */
  phones?: readonly string[];
  /** Verbosity of the log (default 4). */
  verbose?: number;
  /** cdr.conf's `endbeforehexten` (default yes). */
  endBeforeHExten?: boolean;
}

export interface Ports {
  sip: number;
  ami: number;
}

export const PHONES = ['101', '102', '103', '104'];
const AMI_USER = 'test';
const AMI_SECRET = 'test';

// An explicit list instead of autoload: nothing listens that a test did not ask for, and starting takes half a second.
const MODULES = `
res_sorcery_config res_sorcery_memory res_sorcery_astdb res_timing_timerfd res_pjproject res_pjsip res_pjsip_session
res_pjsip_sdp_rtp res_pjsip_authenticator_digest res_pjsip_endpoint_identifier_user res_pjsip_caller_id
res_pjsip_dtmf_info res_pjsip_nat res_pjsip_registrar res_pjsip_pubsub res_pjsip_rfc3326 res_pjsip_refer
res_pjsip_diversion res_pjsip_header_funcs res_pjsip_acl res_pjsip_empty_info res_rtp_asterisk res_crypto chan_pjsip
bridge_simple bridge_native_rtp bridge_builtin_features bridge_softmix codec_ulaw codec_alaw codec_gsm format_gsm
format_pcm format_wav format_sln pbx_config pbx_spool res_agi res_speech res_clioriginate app_dial app_playback
app_read app_stack app_db app_verbose app_exec app_echo app_while app_senddtmf app_userevent app_originate
app_softhangup app_cdr app_forkcdr app_followme app_queue func_db func_groupcount func_channel func_callerid func_cdr
func_logic func_strings func_cut func_math func_dialplan func_env func_global func_hangupcause func_timeout func_uri
func_rand func_pjsip_endpoint cdr_csv`
  .trim()
  .split(/\s+/);

/** Writes all of an instance's configuration below `dir`, for the unpacked Asterisk in `tree`. */
export function writeConfig(dir: string, tree: string, ports: Ports, options: AsteriskOptions): void {
  for (const sub of ['etc', 'run', 'var/keys', 'cache', 'log/cdr-csv', 'spool/outgoing']) {
    mkdirSync(join(dir, sub), { recursive: true });
  }
  const { verbose = 4 } = options;
  const files: Record<string, string> = {
    'asterisk.conf': asteriskConf(dir, tree, verbose),
    'modules.conf': `[modules]\nautoload = no\n${MODULES.map((m) => `require = ${m}.so\n`).join('')}`,
    'logger.conf': `[general]\ndateformat = %F %T.%3q\n[logfiles]\nfull => notice,warning,error,verbose(${verbose})\n`,
    'manager.conf': managerConf(ports),
    'rtp.conf': '[general]\nrtpstart = 20000\nrtpend = 29999\nicesupport = no\nstrictrtp = no\n',
    'cdr.conf': cdrConf(options.endBeforeHExten ?? true),
    'pjsip.conf': pjsipConf(ports, options),
    'extensions.conf': extensionsConf(options),
    ...options.files,
  };
  // Asterisk complains about each of these that it does not find.
  for (const name of ['features', 'ccss', 'udptl', 'dnsmgr', 'cel', 'pjproject', 'followme', 'queues', 'http']) {
    files[`${name}.conf`] = '[general]\n';
  }
  for (const name of ['acl', 'sorcery', 'extconfig', 'cli', 'stasis', 'codecs']) files[`${name}.conf`] = '';
  files['indications.conf'] =
    '[general]\ncountry=us\n[us]\ndescription=US\nringcadence=2000,4000\nring=440+480/2000,0/4000\n';
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, 'etc', name), text);
}

const asteriskConf = (dir: string, tree: string, verbose: number): string => `[directories]
astetcdir => ${dir}/etc
astmoddir => ${tree}/usr/lib/x86_64-linux-gnu/asterisk/modules
astvarlibdir => ${dir}/var
astdbdir => ${dir}/var
astkeydir => ${dir}/var
astdatadir => ${tree}/usr/share/asterisk
astagidir => ${dir}/var
astspooldir => ${dir}/spool
astrundir => ${dir}/run
astlogdir => ${dir}/log
astcachedir => ${dir}/cache
[options]
highpriority = no
nocolor = yes
verbose = ${verbose}
defaultlanguage = en
`;

const managerConf = (ports: Ports): string => `[general]
enabled = yes
webenabled = no
bindaddr = 127.0.0.1
port = ${ports.ami}
[${AMI_USER}]
secret = ${AMI_SECRET}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = all
write = all
`;

const cdrConf = (endBeforeHExten: boolean): string => `[general]
enable = yes
unanswered = yes
congestion = yes
endbeforehexten = ${endBeforeHExten ? 'yes' : 'no'}
batch = no
[csv]
usegmtime = yes
loguniqueid = yes
loguserfield = yes
`;

const extensionsConf = ({ globals = {}, dialplan }: AsteriskOptions): string => {
  const lines = Object.entries(globals).map(([name, value]) => `${name}=${value}\n`);
  return `[general]\nstatic = yes\nwriteprotect = yes\n[globals]\n${lines.join('')}\n${dialplan}\n`;
};

function pjsipConf(ports: Ports, { trunks = {}, setVar = {}, phones = PHONES }: AsteriskOptions): string {
  const variables = (name: string) =>
    Object.entries(setVar[name] ?? {})
      .map(([key, value]) => `set_var = ${key}=${value}\n`)
      .join('');
  const endpoints = phones.map(
    (ext) => `[${ext}](endpoint)
context = from-internal
auth = ${ext}
aors = ${ext}
callerid = "Ext ${ext}" <${ext}>
${variables(ext)}[${ext}]
type = auth
auth_type = userpass
username = ${ext}
password = pw${ext}
[${ext}]
type = aor
max_contacts = 2
remove_existing = yes
`,
  );
  // A trunk is told by its From user: all peers share one address, so their address says nothing.
  const lines = Object.entries(trunks).map(
    ([name, port]) => `[${name}](endpoint)
context = from-trunk
aors = ${name}
${variables(name)}[${name}]
type = aor
contact = sip:127.0.0.1:${port}
qualify_frequency = 0
`,
  );
  return `[global]
type = global
endpoint_identifier_order = username
[system]
type = system
disable_tcp_switch = yes
[udp]
type = transport
protocol = udp
bind = 127.0.0.1:${ports.sip}
[endpoint](!)
type = endpoint
transport = udp
disallow = all
allow = ulaw
direct_media = no
rtp_symmetric = yes
media_address = 127.0.0.1
bind_rtp_to_media_address = yes
dtmf_mode = auto_info
${endpoints.join('')}${lines.join('')}`;
}
