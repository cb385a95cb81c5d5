import { createConnection } from 'node:net';
import { channelData } from '../../pbx-unit/freeswitch/support.ts';
import { dialled } from './load.ts';

const OK = 'Content-Type: command/reply\nReply-Text: +OK\n\n';

/**
 * One national call of FreeSWITCH's `socket` application (the end of one that reserves money would come by another
 * connection): answers every command as it would. Settles with its milliseconds, or null.
 */
export function eslCall(port: number, serial: number): Promise<number | null> {
  const { ext, digits } = dialled(serial, false);
  const data = channelData({
    'Channel-Name': `sofia/internal/${ext}@192.0.2.10`,
    'Unique-ID': `${process.pid}-${serial}`,
    'Caller-Destination-Number': digits,
    variable_sip_auth_username: ext,
  });
  return new Promise((resolve) => {
    const begin = performance.now();
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
    let allowed = false;
    let rest = '';
    socket.on('data', (chunk) => {
      const commands = (rest + chunk.toString('latin1')).split('\n\n');
      rest = commands.pop()!;
      let replies = '';
      for (const command of commands) {
        allowed ||= command.includes('dw_verdict=allow');
        replies += command === 'connect' ? data : OK;
      }
      if (commands.at(-1) === 'exit') socket.end(replies);
      else if (replies !== '') socket.write(replies);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(allowed ? performance.now() - begin : null));
  });
}
