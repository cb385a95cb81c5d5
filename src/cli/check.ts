import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { formatDuration } from '../config/duration.ts';
import type { Config } from '../config/load.ts';
import { parseAddress } from '../core/addresses/address.ts';
import type { DialAttempt } from '../core/attempt.ts';
import { regionName } from '../core/numbering/plan.ts';
import { classify } from '../core/risk/classify.ts';
import type { Verdict } from '../core/verdict.ts';
import { createCountries } from '../geo/countries.ts';
import { type Checked, createGuard } from '../guard/guard.ts';
import { policyOfCall, policyOfSite } from '../guard/sites.ts';
import { slipOf, verdictLine } from '../replay/verdict-line.ts';
import { momentsOf, parseStamp } from '../replay/wall-time.ts';
import { DATABASE_FILE } from '../store/sqlite/database.ts';
import { openLedger } from '../store/sqlite/ledger.ts';
import { type Cli, type CommonOptions, command, surroundings } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { facts, printJson } from './print.ts';
import { SILENT } from './probe.ts';

interface CheckOptions extends CommonOptions {
  at?: string;
  realm?: string;
  addr?: string;
}

const EXIT: Record<Verdict['action'], number> = { allow: STATUS.ok, warn: STATUS.warn, block: STATUS.block };

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(?:(Z)|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)?)?$/i;

/** An ISO 8601 time; without an offset it is wall time in `timeZone`. Throws CommandError. */
function momentOf(text: string, timeZone: string): number {
  const [, day, time = '00:00', seconds = ':00', utc, sign, hours, minutes = 0] = ISO.exec(text) ?? [];
  const wall = parseStamp(`${day} ${time}${seconds}`);
  if (Number.isNaN(wall))
    throw new CommandError(`"${text}" is no time such as 2026-11-22T14:30 or 2026-11-22T14:30:00Z`, STATUS.usage);
  if (utc) return wall;
  if (!sign) return momentsOf(wall, timeZone)[0];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '+' ? wall - offset : wall + offset;
}

function attemptOf(ext: string, digits: string, at: number, realm: string | null): DialAttempt {
  const payer = { endpoint: ext, transferer: null, inherited: ext, accountcode: null, redirecting: null };
  const unknown = { realm, addr: null, userAgent: null };
  return { pbx: 'check', uniqueid: 'check', at, digits, dialled: null, payer, listener: true, ...unknown };
}

/** The verdict on an attempt, from the data directory's database where there is one, else from an empty one. */
async function verdictOn(attempt: DialAttempt, { settings, geo }: Config, dataDir: string): Promise<Checked> {
  const stored = join(dataDir, DATABASE_FILE);
  const onDisk = existsSync(stored);
  const ledger = openLedger({
    file: onDisk ? stored : ':memory:',
    readonly: onDisk,
    policies: (site) => policyOfSite(settings, site),
    mode: () => settings.mode,
    countryOf: createCountries({ geo }, SILENT).countryOf,
    clock: () => attempt.at,
  });
  const now = () => attempt.at;
  try {
    const guard = createGuard({ ledger, settings: () => settings, classify, now, random: () => 0, log: SILENT });
    return await guard.check(attempt);
  } finally {
    ledger.close();
  }
}

/** What programs read of a verdict. */
function forPrograms(ext: string, checked: Checked): object {
  const { attempt, decision } = checked;
  const d = attempt.destination;
  return verdictLine({
    call: { uniqueid: attempt.uniqueid, ext, dialled: attempt.dialled },
    e164: 'e164' in d ? d.e164 : null,
    verdict: decision.verdict.action,
    reasons: decision.verdict.reasons.map((r) => r.code),
    checked,
  });
}

function destinationText({ attempt: { destination: d } }: Checked): string {
  switch (d.kind) {
    case 'national':
    case 'international':
      return `${d.e164}, ${regionName(d.region)}, ${d.lineType}, class ${d.class}${d.valid ? '' : ', no valid number there'}`;
    case 'service':
      return `service ${d.code}, ${d.cost}, class ${d.class}`;
    case 'emergency':
      return `emergency ${d.code}`;
    case 'internal':
      return `extension ${d.ext}`;
    case 'malformed':
      return 'not understood';
  }
}

function slipText(checked: Checked): string | null {
  const slip = slipOf(checked);
  if (!slip) return null;
  const { edit, e164, region } = slip.meant;
  return `${slip.probable ? 'probably' : 'possibly'} ${e164}, ${regionName(region)} (${edit})`;
}

function explain(checked: Checked): string {
  const { verdict } = checked.decision;
  const would = verdict.would ? ` (observing; else ${verdict.would})` : '';
  return facts([
    ['verdict', `${verdict.action}${would}`],
    ['destination', destinationText(checked)],
    ['read as', checked.path.join(' > ')],
    ['meant', slipText(checked)],
    ...verdict.reasons.map(({ code, text }) => [code, text] as const),
    ['cap', verdict.maxSeconds === null ? null : formatDuration(verdict.maxSeconds * 1000)],
  ]);
}

/** `dialwarden check`: the verdict without recording it. */
export function checkCommand(cli: Cli): Command {
  return command(cli, 'check', {
    does: 'The verdict on a call without recording it. Exit code: 0 allow, 10 warn, 20 block, 2 wrong use.',
    examples: ['check 214 0011252615550100', 'check 214 00442079460000 --at 2026-11-22T03:00 --json'],
  })
    .argument('<ext>', 'the extension that dials')
    .argument('<digits>', 'what goes to the trunk')
    .option('--at <iso>', 'when; without an offset it is wall time at the site (default: now)')
    .option('--addr <address>', 'where the phone is')
    .option('--realm <name>', 'PBX context or domain, where sites are told apart by it')
    .action(async (ext: string, digits: string, _options, self: Command) => {
      const options = self.optsWithGlobals<CheckOptions>();
      const { config, dataDir } = surroundings(cli, options);
      const { realm = null, addr = null } = options;
      const { timezone } = policyOfCall(config.settings, ext, realm ?? '');
      const at = options.at === undefined ? cli.io.now() : momentOf(options.at, timezone);
      if (addr !== null && !parseAddress(addr))
        throw new CommandError(`"${addr}" is no address such as 203.0.113.7`, STATUS.usage);
      const checked = await verdictOn({ ...attemptOf(ext, digits, at, realm), addr }, config, dataDir);
      if (options.json) printJson(cli.io, [forPrograms(ext, checked)]);
      else cli.io.out(explain(checked));
      cli.status = EXIT[checked.decision.verdict.action];
    });
}
