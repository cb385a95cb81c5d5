import { createConnection } from 'node:net';

/**
 * One AGI session with the guard as a phone's call opens it: says the environment, answers every command with 200 (`reply`
 * may say otherwise) and returns the commands heard until the guard closes.
 */
export function agiSession(
  port: number,
  script: string,
  args: string[],
  { channel = 'PJSIP/101-00000001', uniqueid = '1.1', reply = () => '200 result=0' }: AgiCall = {},
): Promise<string[]> {
  const lines = [
    `agi_network: yes`,
    `agi_network_script: ${script}`,
    `agi_request: agi://127.0.0.1/${script}`,
    `agi_channel: ${channel}`,
    `agi_uniqueid: ${uniqueid}`,
    `agi_context: from-internal`,
    `agi_dnid: 900`,
    ...args.map((arg, i) => `agi_arg_${i + 1}: ${arg}`),
  ];
  return new Promise((resolve, reject) => {
    const heard: string[] = [];
    const socket = createConnection({ host: '127.0.0.1', port }, () => socket.write(`${lines.join('\n')}\n\n`));
    let rest = '';
    socket.on('data', (chunk) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop()!;
      for (const command of parts) {
        heard.push(command);
        socket.write(`${reply(command)}\n`);
      }
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

export interface AgiCall {
  channel?: string;
  uniqueid?: string;
  reply?: (command: string) => string;
}
