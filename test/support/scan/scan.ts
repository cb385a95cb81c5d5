import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fetched } from '../fetched.ts';

const SHIPPED = fileURLToPath(new URL('../../../dialplan/system/fail2ban', import.meta.url));
const run = promisify(execFile);

/** sipvicious binds to every address, whatever its option says: the wrapper gives its socket one, as if it came from there. */
const SCAN = `import socket, sys
tool, address = sys.argv[1:3]
bind = socket.socket.bind
socket.socket.bind = lambda self, to: bind(self, (address, 0))
sys.argv = [tool] + sys.argv[3:]
main = __import__('sipvicious.' + tool, fromlist=['main']).main
main()
`;

export interface Tools {
  /** Runs a tool of sipvicious (svmap, svwar, svcrack) from an address of 127.0.0.0/8. Returns what it printed. */
  scan(tool: string, from: string, ...args: string[]): Promise<string>;
  /** The addresses that the shipped filter finds in a log, in order. */
  banned(log: string): Promise<string[]>;
  /** The server's commands for the shipped jail, as fail2ban reads it. */
  jail(): Promise<string>;
  close(): void;
}

/** Debian's sipvicious and fail2ban. Skips the suite where there are none to get. */
export async function scanTools(): Promise<Tools> {
  const [tree, python] = (await fetched('scan/fetch.sh')) as [string, string];
  const dir = mkdtempSync('/tmp/dw-scan-');
  cpSync(join(tree, 'etc/fail2ban'), dir, { recursive: true });
  cpSync(SHIPPED, dir, { recursive: true });
  const start = (path: string, args: string[]) =>
    run(python, args, { cwd: dir, timeout: 30_000, env: { ...process.env, HOME: dir, PYTHONPATH: join(tree, path) } });
  const fail2ban = async (program: string, args: string[]) =>
    (await start('usr/lib/python3/dist-packages', [join(tree, 'usr/bin', program), '-c', dir, ...args])).stdout;
  return {
    scan: async (tool, from, ...args) => {
      const { stdout, stderr } = await start('usr/share/sipvicious', ['-c', SCAN, tool, from, ...args]);
      return stdout + stderr;
    },
    banned: async (log) => {
      const file = join(dir, 'log');
      writeFileSync(file, log);
      const out = await fail2ban('fail2ban-regex', ['--out', 'ip', file, 'dialwarden']);
      return out.split('\n').filter(Boolean);
    },
    jail: () => fail2ban('fail2ban-client', ['-d']),
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}
