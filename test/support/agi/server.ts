import { createServer, type Socket } from 'node:net';

/** What Asterisk sent in one AGI connection: the script, its arguments, and its environment. */
export interface AgiRequest {
  script: string;
  args: string[];
  env: Record<string, string>;
  at: number;
}

export type Answer =
  /** Variables to set, then the session ends. */
  | Record<string, string>
  /** Accepts and never says anything. */
  | 'silent'
  /** Accepts and closes. */
  | 'close';

export interface AgiServer {
  port: number;
  requests: AgiRequest[];
  checks(): AgiRequest[];
  ends(): Record<string, string>[];
  close(): Promise<void>;
}

/** A scripted FastAGI server: `answer` says what a check gets; an end is acknowledged by closing. */
export async function agiServer(answer: (request: AgiRequest) => Answer): Promise<AgiServer> {
  const requests: AgiRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      text += chunk;
      const end = text.indexOf('\n\n');
      if (end < 0) return;
      const request = parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (!request) return;
      requests.push(request);
      respond(socket, request.script === 'check' ? answer(request) : 'close');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    requests,
    checks: () => requests.filter(({ script }) => script === 'check'),
    ends: () => requests.filter(({ script }) => script === 'end').map(({ args }) => named(args)),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function respond(socket: Socket, answer: Answer): void {
  if (answer === 'silent') return;
  if (answer === 'close') {
    socket.end();
    return;
  }
  socket.end(
    Object.entries(answer)
      .map(([name, value]) => `SET VARIABLE ${name} "${value}"\n`)
      .join(''),
  );
}

function parse(block: string): AgiRequest | null {
  const env = Object.fromEntries(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  );
  const script = env.agi_network_script;
  if (script === undefined) return null;
  const args: string[] = [];
  for (let n = 1; env[`agi_arg_${n}`] !== undefined; n++) args.push(env[`agi_arg_${n}`]!);
  return { script, args, env, at: Date.now() };
}

/** `name=value` arguments as an object. */
export const named = (args: string[]): Record<string, string> =>
  Object.fromEntries(
    args
      .filter((arg) => arg.includes('='))
      .map((arg) => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]),
  );
