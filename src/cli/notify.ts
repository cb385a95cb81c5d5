import type { Command } from 'commander';
import { trialsOf } from '../notify/routes.ts';
import { type Cli, type CommonOptions, command, surroundings } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { printJson, printRows } from './print.ts';

interface Tried {
  way: string;
  ok: boolean;
  error: string;
}

async function tryAll(cli: Cli, options: CommonOptions): Promise<void> {
  const { config } = surroundings(cli, options);
  const trials = trialsOf(config.notify);
  if (trials.length === 0) {
    throw new CommandError('nobody is told of incidents: set [smtp], [webhook] or [syslog] in dialwarden.toml');
  }
  const tried: Tried[] = [];
  for (const { way, send } of trials) {
    const error = await send().then(
      () => '',
      (e: Error) => e.message,
    );
    tried.push({ way, ok: error === '', error });
  }
  if (options.json) printJson(cli.io, tried);
  else printRows(cli.io, tried, ['', 'WAY', 'WHY'], (t) => [t.ok ? 'sent' : 'FAILED', t.way, t.error], '');
  if (tried.some((t) => !t.ok)) cli.status = STATUS.failed;
}

/** `dialwarden notify test`: proves every way by which incidents are told. */
export function notifyCommand(cli: Cli): Command {
  const text = {
    does: 'Send a test message every configured way: mail, webhook, syslog. Exit code 1 when one fails.',
    examples: ['notify test'],
  };
  const test = command(cli, 'test', text).action((_options, self: Command) =>
    tryAll(cli, self.optsWithGlobals<CommonOptions>()),
  );
  return command(cli, 'notify', { ...text, does: 'Prove that incidents reach somebody.' }).addCommand(test);
}
