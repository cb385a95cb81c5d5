import type { Finding } from '../../finding.ts';
import { isLoopback } from '../../network.ts';
import { type Check, isLimited, isLocal } from '../check.ts';
import { general, isTrue, placeOf, type Section, setting, settingsOf } from '../section.ts';

/** Classes of AMI actions that place calls or run programs. */
const POWERS = ['all', 'system', 'command', 'originate', 'config', 'dialplan'];

function openPort(section: Section, open: readonly string[]): Finding {
  const address = setting(section, 'bindaddr') ?? 'every address (no bindaddr)';
  return {
    code: 'ami_open',
    severity: open.length > 0 ? 'high' : 'medium',
    ...placeOf(section, 'bindaddr'),
    subject: 'AMI',
    members: open,
    text: `The manager interface listens on ${address}${open.length > 0 ? `, and ${open.join(', ')} may log in from anywhere` : ''}.`,
    why: 'Whoever logs in to AMI places calls and, with command or system, runs programs; it is neither encrypted nor throttled.',
    fix: 'Write bindaddr=127.0.0.1 in [general], and in each user deny=0.0.0.0/0.0.0.0 and permit=127.0.0.1/255.255.255.255.',
  };
}

function powers(section: Section, write: readonly string[]): Finding {
  return {
    code: 'ami_write',
    severity: 'medium',
    ...placeOf(section, 'write'),
    subject: `AMI ${section.name}`,
    text: `AMI user ${section.name} may write ${write.join(', ')} from beyond this machine.`,
    why: 'With originate it places calls past every phone, with system or command it runs programs as Asterisk.',
    fix: 'Leave in write= only what its program needs, and permit= only the address it comes from.',
  };
}

/** The manager interface: where it listens, and what its users may do. */
export const manager: Check = (pbx) => {
  const sections = pbx.conf('manager.conf');
  const top = general(sections);
  if (!top || !isTrue(setting(top, 'enabled')) || isLoopback(setting(top, 'bindaddr') ?? '')) return [];
  const users = sections.filter((s) => s.name !== 'general' && setting(s, 'secret') !== undefined);
  const open = users.filter((s) => !isLimited(s, pbx));
  const strong = users.flatMap((s) => {
    const write = settingsOf(s, 'write').filter((w) => POWERS.includes(w.toLowerCase()));
    return write.length > 0 && !isLocal(s, pbx) ? [powers(s, [...new Set(write)])] : [];
  });
  return [
    openPort(
      top,
      open.map((s) => s.name),
    ),
    ...strong,
  ];
};
