import type { Audit, Finding, Severity, Unread } from '../finding.ts';
import { isLoopback } from '../network.ts';
import { passage } from './firewall.ts';
import { familiesOf, type Listener, listeners } from './listeners.ts';
import { type Firewall, firewall, type List, list } from './rules.ts';
import type { Family } from './ruleset.ts';
import { uplinks } from './uplinks.ts';

/** A port that strangers look for. */
interface Watched {
  name: string;
  ports: readonly number[];
  severity: Severity;
  why: string;
  fix: string;
}

const WEB = 'Front ends of PBXs are broken into by their web pages, and the passwords of all phones are behind them.';

const WATCHED: readonly Watched[] = [
  {
    name: 'AMI',
    ports: [5038, 5039],
    severity: 'high',
    why: 'Whoever logs in to AMI places calls and may run programs; its passwords can be tried without end.',
    fix: 'Write bindaddr=127.0.0.1 in [general] of manager.conf.',
  },
  {
    name: 'the event socket (ESL)',
    ports: [8021],
    severity: 'high',
    why: 'Whoever logs in to the event socket places calls and runs programs; its default password is known to all.',
    fix: 'Write <param name="listen-ip" value="127.0.0.1"/> in event_socket.conf.xml.',
  },
  {
    name: "the guard's own port",
    ports: [4573, 8084, 8580],
    severity: 'medium',
    why: 'The guard is asked by the PBX alone; strangers could spend the limits of your extensions.',
    fix: 'Write listen = "127.0.0.1:PORT" in [agi], [esl] or [http] of dialwarden.toml, or let the firewall pass only the PBX.',
  },
  {
    name: 'SIP',
    ports: [5060, 5061, 5080, 5081, 5160, 5161],
    severity: 'medium',
    why: 'Scanners find it within minutes and try passwords day and night.',
    fix: 'Let the firewall pass these ports only from your phones, networks and the provider, and drop all else.',
  },
  {
    name: 'IAX2',
    ports: [4569],
    severity: 'medium',
    why: 'Passwords are tried there as on SIP, and calls come in by it that nobody who watches SIP sees.',
    fix: 'Write noload = chan_iax2.so in modules.conf where no trunk speaks IAX2, else let the firewall pass UDP 4569 only from the provider.',
  },
  {
    name: 'the PBX web server (ARI, WebSocket)',
    ports: [8088, 8089],
    severity: 'medium',
    why: 'ARI and AMI over HTTP are tried there, and the passwords of WebRTC phones.',
    fix: 'Write bindaddr=127.0.0.1 in http.conf, or let the firewall pass it only from your networks.',
  },
  {
    name: 'a web page',
    ports: [80, 443],
    severity: 'medium',
    why: WEB,
    fix: 'Let the firewall pass ports 80 and 443 only from your networks or a VPN.',
  },
];

const LESS: Record<Severity, Severity> = { critical: 'high', high: 'medium', medium: 'low', low: 'low' };

/** How strangers come to a socket: through an open firewall, or through one that could not be read, over which IP versions. */
interface Way {
  known: boolean;
  over: string;
}

function finding({ protocol, address, port, process }: Listener, watched: Watched, { known, over }: Way): Finding {
  const where = `${protocol} ${address}:${port}`;
  return {
    code: 'port_open',
    severity: known ? watched.severity : LESS[watched.severity],
    file: null,
    line: null,
    subject: `${where} (${watched.name})`,
    text: `${process ?? 'A process that may not be seen (run as root)'} listens on ${where}, ${watched.name}, ${
      known
        ? `and no firewall rule stands before it${over}`
        : `and whether a firewall stands before it${over} could not be read; run as root`
    }.`,
    why: watched.why,
    fix: watched.fix,
  };
}

export interface HostOptions {
  /** Root of the file system. */
  root?: string;
  /** Runs `nft`, `iptables-save` and `ip6tables-save`. */
  run?: List;
}

type Uplinks = ReturnType<typeof uplinks>;

/** How strangers come to a socket that takes these IP versions; null where they do not. */
function wayTo({ protocol, port }: Listener, families: readonly Family[], wall: Firewall, links: Uplinks): Way | null {
  const comes = families.filter((family) =>
    links[family].some((from) => passage(wall.sets, { family, protocol, port, from }) === 'open'),
  );
  const open = comes.filter((family) => wall.known.includes(family));
  const known = open.length > 0;
  const over = known ? open : comes;
  if (over.length === 0) return null;
  return { known, over: over.length === families.length ? '' : ` over IPv${over[0]}` };
}

/** The firewall, where its rules for an IP version that matters here could not be read. */
function unreadOf({ known }: Firewall, links: Uplinks, spoken: ReadonlySet<Family>): Unread[] {
  const blind = known.length === 0;
  const half = ([4, 6] as const).find((f) => !known.includes(f) && spoken.has(f) && links[f].length > 0);
  if (!blind && half === undefined) return [];
  const [what, how] = blind
    ? ['the firewall rules', 'nft, iptables-save']
    : [`the firewall rules for IPv${half}`, half === 6 ? 'ip6tables-save' : 'iptables-save'];
  return [{ file: 'firewall', line: null, why: `${what} could not be read (${how}); run as root` }];
}

/** What listens beyond loopback on this machine on the ports that matter to a PBX, and no firewall rule keeps strangers from. */
export function auditHost({ root = '', run = list }: HostOptions = {}): Audit {
  const proc = `${root}/proc`;
  const all = listeners(proc);
  const sockets = all
    .filter((l) => !isLoopback(l.address))
    .map((socket) => ({ socket, families: familiesOf(socket, all) }));
  const wall = firewall(run, `${root}/etc`);
  const links = uplinks(proc);
  const findings = sockets.flatMap(({ socket, families }): Finding[] => {
    const watched = WATCHED.find((w) => w.ports.includes(socket.port));
    const way = watched ? wayTo(socket, families, wall, links) : null;
    return watched && way ? [finding(socket, watched, way)] : [];
  });
  return { findings, unread: unreadOf(wall, links, new Set(sockets.flatMap((s) => s.families))), files: 0 };
}
