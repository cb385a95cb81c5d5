import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Asterisk, startAsterisk } from './asterisk/asterisk.ts';
import type { AsteriskOptions } from './asterisk/config.ts';
import { type Agent, type AgentOptions, agent } from './sip/agent.ts';
import type { Call } from './sip/call.ts';
import { sleep } from './until.ts';

const INCLUDES = fileURLToPath(new URL('../../dialplan/asterisk', import.meta.url));

export interface LabOptions extends Partial<AsteriskOptions> {
  /** Port of the guard, or of what stands in for it. */
  agi: number;
  /** Body of dialwarden-fallback.conf. */
  fallback?: string;
  /** How the far ends behave: trunk `trunk`, second trunk `backup`. */
  treat?: AgentOptions['treat'];
  treatBackup?: AgentOptions['treat'];
  /** Another far end for `trunk`. */
  trunkPort?: number;
}

/** An Asterisk with dialwarden's include, two trunks with recording far ends, and phones. */
export interface Lab {
  pbx: Asterisk;
  trunk: Agent;
  backup: Agent;
  /** The phone of extension 101..104; the same one at every call. */
  phone(ext?: string): Promise<Agent>;
  /** Transfers the far end of `call` to `target`, or into `other` (attended), as soon as Asterisk can. */
  transfer(call: Call, target: string, other?: Call): Promise<void>;
  /** Ends every call and waits until nothing is left of them. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** Every number goes out over `trunk`, as the guide says. */
export const OUTBOUND = `
[from-internal]
include => outbound
[outbound]
exten => _[0-9+*].,1,Gosub(dialwarden,check,1(\${EXTEN}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,\${DW_DIAL})
`;

/** The same; and what is behind 81 goes out over a Local channel that names who pays, what is behind 84 by FreePBX's hook. */
export const OUTBOUND_WAYS = `#include freepbx17.conf
${OUTBOUND}
[from-internal](+)
exten => _81X.,1,Gosub(dialwarden,payer,1)
 same => n,Dial(Local/\${EXTEN:2}@from-internal)
 same => n,Hangup()
exten => _84X.,1,Set(__AMPUSER=\${CHANNEL(endpoint)})
 same => n,Set(DIAL_NUMBER=\${EXTEN:2})
 same => n,Gosub(macro-dialout-trunk-predial-hook,s,1())
 same => n,Dial(PJSIP/\${DIAL_NUMBER}@trunk,60,\${DIAL_TRUNK_OPTIONS})
 same => n,Hangup()
`;

/** The include's own files, as an administrator copies them. */
function includes(fallback: string | undefined): Record<string, string> {
  const shipped = readdirSync(INCLUDES).filter((file) => file.endsWith('.conf'));
  const files = Object.fromEntries(shipped.map((file) => [file, readFileSync(join(INCLUDES, file), 'utf8')]));
  return fallback === undefined ? files : { ...files, 'dialwarden-fallback.conf': fallback };
}

export async function startLab(options: LabOptions): Promise<Lab> {
  const trunk = await agent({ user: 'trunk', ...(options.treat && { treat: options.treat }) });
  const backup = await agent({ user: 'backup', ...(options.treatBackup && { treat: options.treatBackup }) });
  const phones = new Map<string, Agent>();
  const close = async () => {
    for (const each of [...phones.values(), trunk, backup]) await each.close();
  };
  try {
    const pbx = await startAsterisk({
      ...options,
      trunks: { trunk: options.trunkPort ?? trunk.port, backup: backup.port },
      globals: { DW_AGI: `127.0.0.1:${options.agi}`, ...options.globals },
      files: includes(options.fallback),
      dialplan: `#include dialwarden.conf\n${options.dialplan ?? OUTBOUND}`,
    });
    trunk.server = backup.server = pbx.sipPort;
    return {
      pbx,
      trunk,
      backup,
      phone: async (ext = '101') => {
        const known = phones.get(ext);
        if (known) return known;
        const fresh = await agent({ user: ext, password: `pw${ext}`, server: pbx.sipPort });
        phones.set(ext, fresh);
        return fresh;
      },
      transfer: async (call, target, other) => {
        await pbx.bridged();
        call.refer(target, other);
      },
      quiet: async () => {
        if ((await pbx.channels()).length > 0) await pbx.cli('channel request hangup all');
        await pbx.idle();
        await sleep(50);
      },
      close: async () => {
        await close();
        await pbx.stop();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
