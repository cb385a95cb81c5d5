import { isLoopback } from '../network.ts';
import { judgeSecret } from '../secrets.ts';
import { reach } from './acl.ts';
import { at, type Check, setting, settings } from './model.ts';

/** Documented since the first release, and used when no password is set (mod_event_socket.c). */
const DEFAULT_PASSWORD = 'ClueCon';

/** The event socket: whoever has its password originates calls and runs commands on the machine. */
export const eventSocket: Check = (config) => {
  const conf = config.configurations.get('event_socket.conf');
  if (!conf) return [];
  const params = settings(conf, 'settings');
  const listen = setting(params, 'listen-ip');
  const acls = params.filter(({ name }) => name === 'apply-inbound-acl');
  const remote = !isLoopback(listen?.value || '127.0.0.1');
  const wide = acls.some(({ value }) => reach(config, value) === 'all');
  const password = setting(params, 'password');
  const found = judgeSecret(password?.value || DEFAULT_PASSWORD, { user: 'freeswitch', others: [] });
  const why = 'Through the event socket one originates calls to anywhere and runs commands on this machine ("system").';
  const weak = found
    ? [
        at(password ?? conf, 'event_socket_password', remote && wide ? 'critical' : 'high', 'event_socket', {
          text: `The password of the event socket ${found.hint}${remote ? ', and it listens beyond this machine' : ''}.`,
          why,
          fix: 'Write a long random password into event_socket.conf.xml (openssl rand -hex 24), and the same for fs_cli and the guard.',
        }),
      ]
    : [];
  const open = remote
    ? [
        at(listen!, 'event_socket_remote', wide ? 'high' : 'medium', 'event_socket', {
          text: `The event socket listens on ${listen!.value}, ${wide ? 'and its list lets in any address' : acls.length > 0 ? 'with a list of addresses before it' : 'where only the built-in list loopback.auto stands before it'}.`,
          why,
          fix: 'Write <param name="listen-ip" value="127.0.0.1"/>; where another machine needs it, an apply-inbound-acl with that one address.',
        }),
      ]
    : [];
  return [...weak, ...open];
};
