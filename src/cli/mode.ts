import type { Command } from 'commander';
import { formatDuration } from '../config/duration.ts';
import { mainPolicy } from '../guard/sites.ts';
import * as incidents from '../store/sqlite/incidents.ts';
import * as settings from '../store/sqlite/settings.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { iso, printJson, wallTime } from './print.ts';
import { type State, until, withState, zoneOf } from './state.ts';

const LONGEST_MS = 30 * 86_400_000;

interface ModeOptions extends CommonOptions {
  for?: string;
  why?: string;
}

/** The mode in force, and until when it is softened. */
export function modeNow({ db, config }: State, now: number): { mode: 'enforce' | 'observe'; until: number | null } {
  const end = Number(settings.get(db, 'observe_until') ?? 0);
  return end > now ? { mode: 'observe', until: end } : { mode: config.settings.mode, until: null };
}

function show(cli: Cli, options: ModeOptions, state: State): void {
  const { mode, until: end } = modeNow(state, cli.io.now());
  const zone = zoneOf(state);
  if (options.json) printJson(cli.io, [{ mode, until: iso(end) }]);
  else cli.io.out(`${mode}${end === null ? '' : ` until ${wallTime(end, zone)}`}\n`);
}

function showCommand(cli: Cli, name: string, does: string): Command {
  return command(cli, name, { does, examples: ['mode', 'mode observe --for 2h --why "new trunk"'] }).action(
    (_options, self: Command) => {
      const options = self.optsWithGlobals<ModeOptions>();
      return withState(cli, options, (state) => show(cli, options, state), { readonly: true });
    },
  );
}

function observeCommand(cli: Cli): Command {
  return command(cli, 'observe', {
    does: 'Let every call go on and only record, for a time. Makes an incident and ends by itself.',
    examples: ['mode observe --for 2h --why "new trunk"'],
  })
    .requiredOption('--for <time>', '30m, 2h, 1d; 30d at most')
    .option('--why <text>', 'for the incident')
    .action((_options, self: Command) => {
      const options = self.optsWithGlobals<ModeOptions>();
      const at = cli.io.now();
      const end = Math.min(until(at, options.for)!, at + LONGEST_MS);
      return withState(cli, options, (state) => {
        const { db, config } = state;
        db.transaction(() => {
          settings.set(db, 'observe_until', String(end));
          incidents.add(db, {
            kind: 'guard',
            severity: 'warning',
            site: mainPolicy(config.settings).site,
            title: `The guard only observes for ${formatDuration(end - at)}: no call is stopped`,
            evidence: { code: 'observing', until: new Date(end).toISOString() },
            who: cli.io.who,
            why: options.why ?? '',
            at,
          });
        }).immediate();
        show(cli, options, state);
      });
    });
}

function enforceCommand(cli: Cli): Command {
  return command(cli, 'enforce', { does: 'End `mode observe` at once.', examples: ['mode enforce'] }).action(
    (_options, self: Command) => {
      const options = self.optsWithGlobals<ModeOptions>();
      return withState(cli, options, (state) => {
        settings.set(state.db, 'observe_until', null);
        show(cli, options, state);
        if (state.config.settings.mode === 'observe') cli.io.err('the configuration says [guard] mode = "observe"\n');
      });
    },
  );
}

/** `dialwarden mode`: the panic switch that keeps the record. */
export function modeCommand(cli: Cli): Command {
  return showCommand(cli, 'mode', 'Show whether verdicts are enforced, or soften them for a time.')
    .addCommand(showCommand(cli, 'show', 'The mode in force.'))
    .addCommand(observeCommand(cli))
    .addCommand(enforceCommand(cli));
}
