/**
 * User agents of attack tools: those that published firewall rules against SIP scanners agree on (the iptables and
 * Kamailio rule sets of the field, as collected by APIBAN and VoIPBL), and what sipvicious's and SIPPTS's sources say.
 */
const TOOLS = [
  'friendly-scanner',
  'friendly-request',
  'gulp',
  'iwar',
  'pplsip',
  'sip-scan',
  'siparmyknife',
  'sipcli',
  'sippts',
  'sipsak',
  'sipvicious',
  'sivus',
  'smap',
  'sundayddr',
  'svcrack',
  'svmap',
  'svwar',
  'test agent',
  'vaxipuseragent',
  'vaxsipuseragent',
  'voiphopper',
] as const;
const WORD = new RegExp(`(?:^|[^a-z])(${TOOLS.join('|')})(?![a-z])`, 'i');
/** Characters of a user agent that are looked at. */
const LOOKED_AT = 128;

/** The attack tool, in lower case, that a user agent names; null for none. */
export const attackTool = (userAgent: string | null): string | null =>
  WORD.exec((userAgent ?? '').slice(0, LOOKED_AT))?.[1]?.toLowerCase() ?? null;
