import { createConnection } from 'node:net';

/** What one round of load showed: calls a second, and milliseconds from connect to the end of the session. */
export interface Load {
  rate: number;
  p50: number;
  p99: number;
  p999: number;
  failed: number;
}

const environment = (serial: number, extensions: number): string => {
  const ext = 1000 + (serial % extensions);
  const digits = `030${String(10_000_000 + ((serial * 7919) % 80_000_000))}`;
  return (
    `agi_network: yes\nagi_network_script: check\nagi_request: agi://127.0.0.1/check\nagi_channel: PJSIP/${ext}-${serial.toString(16)}\n` +
    `agi_language: en\nagi_type: PJSIP\nagi_uniqueid: ${process.pid}.${serial}\nagi_callerid: ${ext}\nagi_context: internal\n` +
    `agi_dnid: ${digits}\nagi_rdnis: unknown\nagi_accountcode: \nagi_arg_1: ${digits}\nagi_arg_2: xfer=\n\n`
  );
};

/** One call: says what Asterisk says, and answers every command as Asterisk would. Settles with its milliseconds, or null. */
function call(port: number, serial: number, extensions: number): Promise<number | null> {
  return new Promise((resolve) => {
    const begin = performance.now();
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
    let allowed = false;
    socket.on('connect', () => socket.write(environment(serial, extensions)));
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      allowed ||= /DW_VERDICT "?allow/.test(text);
      const commands = text.split('\n').length - 1;
      if (commands > 0 && !socket.destroyed) socket.write('200 result=1\n'.repeat(commands));
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(allowed ? performance.now() - begin : null));
  });
}

const at = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** Keeps `atOnce` calls open for `ms`. */
export async function load(port: number, atOnce: number, ms: number, extensions = 10_000): Promise<Load> {
  const times: number[] = [];
  let failed = 0;
  let serial = Math.floor(performance.now() * 1000);
  const begin = performance.now();
  const worker = async () => {
    while (performance.now() - begin < ms) {
      const time = await call(port, serial++, extensions);
      if (time === null) failed++;
      else times.push(time);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const elapsed = performance.now() - begin;
  times.sort((a, b) => a - b);
  return {
    rate: (times.length * 1000) / elapsed,
    p50: at(times, 0.5),
    p99: at(times, 0.99),
    p999: at(times, 0.999),
    failed,
  };
}
