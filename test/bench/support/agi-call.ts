import { createConnection } from 'node:net';
import { dialled } from './load.ts';

/** What Asterisk 22 says of a call before the first command. */
export const environment = (script: string, serial: number, ext: string, digits: string, args: string[]): string =>
  `agi_network: yes\nagi_network_script: ${script}\nagi_request: agi://127.0.0.1/${script}\n` +
  `agi_channel: PJSIP/${ext}-${serial.toString(16).padStart(8, '0')}\nagi_language: en\nagi_type: PJSIP\n` +
  `agi_uniqueid: ${process.pid}.${serial}\nagi_version: 22.10.0\nagi_callerid: ${ext}\nagi_calleridname: unknown\n` +
  'agi_callingpres: 0\nagi_callingani2: 0\nagi_callington: 0\nagi_callingtns: 0\n' +
  `agi_dnid: ${digits}\nagi_rdnis: unknown\nagi_context: internal\nagi_extension: ${digits}\nagi_priority: 4\n` +
  'agi_enhanced: 0.0\nagi_accountcode: \nagi_threadid: 139792110982848\n' +
  `${args.map((arg, i) => `agi_arg_${i + 1}: ${arg}\n`).join('')}\n`;

/** One session: says what Asterisk 22 says, and answers every command as it would. Settles with whether an `allow` was set. */
function session(port: number, said: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
    let allowed = false;
    socket.on('connect', () => socket.write(said));
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      allowed ||= text.includes('DW_VERDICT "allow"');
      const commands = text.split('\n').length - 1;
      if (commands > 0 && !socket.destroyed) socket.write('200 result=1\n'.repeat(commands));
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(allowed));
  });
}

/** One `check`, timed; a call abroad that was allowed also ends, as its money is reserved until then. */
export async function agiCall(port: number, serial: number): Promise<number | null> {
  const { ext, digits, abroad } = dialled(serial, true);
  const begin = performance.now();
  const allowed = await session(port, environment('check', serial, ext, digits, [digits, 'xfer=']));
  const ms = performance.now() - begin;
  if (abroad) {
    const args = [`call=${process.pid}.${serial}`, 'billsec=0', 'answered=0', 'cause=16', 'trunk=gone'];
    await session(port, environment('end', serial, ext, digits, args));
  }
  return allowed ? ms : null;
}
