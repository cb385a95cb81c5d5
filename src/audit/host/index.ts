import type { Audit, Finding, Severity, Unread } from '../finding.ts';
import { isLoopback } from '../network.ts';
import { passage } from './firewall.ts';
import { type Listener, listeners } from './listeners.ts';
import { firewall, type List, list } from './rules.ts';

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

function finding({ protocol, address, port, process }: Listener, watched: Watched, known: boolean): Finding {
  const where = `${protocol} ${address}:${port}`;
  return {
    code: 'port_open',
    severity: known ? watched.severity : LESS[watched.severity],
    file: null,
    line: null,
    subject: `${where} (${watched.name})`,
    text: `${process ?? 'A process that may not be seen (run as root)'} listens on ${where}, ${watched.name}, ${
      known
        ? 'and no firewall rule stands before it'
        : 'and whether a firewall stands before it could not be read; run as root'
    }.`,
    why: watched.why,
    fix: watched.fix,
  };
}

export interface HostOptions {
  /** Root of the file system. */
  root?: string;
  /** Runs `nft` and `iptables-save`. */
  run?: List;
}

/** What listens beyond loopback on this machine on the ports that matter to a PBX, and no firewall rule keeps strangers from. */
export function auditHost({ root = '', run = list }: HostOptions = {}): Audit {
  const proc = `${root}/proc`;
  const sockets = listeners(proc).filter((l) => !isLoopback(l.address));
  const rules = firewall(run, `${root}/etc`);
  const findings = sockets.flatMap((listener): Finding[] => {
    const watched = WATCHED.find((w) => w.ports.includes(listener.port));
    if (!watched || (rules !== null && passage(rules, listener.protocol, listener.port) === 'closed')) return [];
    return [finding(listener, watched, rules !== null)];
  });
  const why = 'the firewall rules could not be read (nft, iptables-save); run as root';
  const unread: Unread[] = rules === null ? [{ file: 'firewall', line: null, why }] : [];
  return { findings, unread, files: 0 };
}
