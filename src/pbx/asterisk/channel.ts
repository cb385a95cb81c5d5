import { isIP } from 'node:net';

/** Channel drivers whose name is `TECH/endpoint-serial`, the endpoint being an extension or a peer. */
const ENDPOINT_ALONE = new Set(['PJSIP', 'SIP', 'IAX2']);
/** Drivers whose endpoint is a line of a card or a phone of its own; the technology stays, `1` alone would be ambiguous. */
const ENDPOINT_WITH_TECH = new Set(['DAHDI', 'SCCP', 'Skinny', 'MGCP', 'UNISTIM', 'Dongle', 'Quectel']);

/**
 * The endpoint in a channel's name: `PJSIP/101-0000002a` gives `101`, `DAHDI/1-1` gives `DAHDI/1`. The serial starts at
 * the last `-`; endpoint names may hold more. Null where no phone or trunk stands behind the channel (Local and the like).
 */
export function endpointOf(channel: string): string | null {
  const slash = channel.indexOf('/');
  if (slash < 0) return null;
  const tech = channel.slice(0, slash);
  const dash = channel.lastIndexOf('-');
  const name = channel.slice(slash + 1, dash > slash ? dash : undefined);
  if (name === '') return null;
  if (ENDPOINT_ALONE.has(tech)) return name;
  return ENDPOINT_WITH_TECH.has(tech) ? `${tech}/${name}` : null;
}

/** The address in `ip`, `ip:port` or `[v6]:port`; null when it is none. */
export function addressOf(text: string): string | null {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1];
  const address = bracketed ?? (isIP(text) ? text : text.replace(/:\d{1,5}$/, ''));
  return isIP(address) ? address : null;
}
