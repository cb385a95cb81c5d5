import type { Finding } from '../../finding.ts';
import { atMost, type Check } from '../check.ts';
import { targetsOf } from '../targets.ts';

/** Members of queues that are telephone numbers behind a trunk: the queue dials them itself, past the dialplan. */
export const queues: Check = ({ conf, phones }) =>
  atMost(
    conf('queues.conf').flatMap(({ name, entries }) =>
      entries.flatMap((entry): Finding[] => {
        const device = entry.value.split(',')[0]!.trim();
        const [target] = entry.name.toLowerCase() === 'member' ? targetsOf(device, phones) : [];
        if (target?.kind !== 'trunk') return [];
        return [
          {
            code: 'guard_not_asked',
            severity: 'medium',
            file: entry.file,
            line: entry.line,
            subject: `queue ${name} to ${target.trunk}`,
            text: `Queue ${name} calls ${device} over a trunk by itself, and the guard is not asked.`,
            why: 'Every caller who waits in the queue places a call at your cost, one after the other, without the stated limit.',
            fix: `Write member => Local/NUMBER@CONTEXT/n with the context in which your phones dial out, so that the guard hears of it.`,
          },
        ];
      }),
    ),
  );
