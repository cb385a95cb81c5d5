import type { Finding } from '../finding.ts';
import { isLoopback } from '../network.ts';
import { judgeSecret } from '../secrets.ts';
import { at, type Check, type Config, childrenOf, descendants, isTrue, loaded, setting, settings } from './model.ts';
import type { Node } from './tree.ts';

/** mod_xml_rpc asks for a password only where realm, user and password are all set, and always listens on every address. */
function xmlRpc(config: Config): Finding[] {
  const conf = config.configurations.get('xml_rpc.conf');
  if (!conf) return [];
  const params = settings(conf, 'settings');
  const value = (name: string) => setting(params, name)?.value ?? '';
  const running = loaded(config, 'mod_xml_rpc');
  const asked = value('auth-realm') && value('auth-user') && value('auth-pass');
  const found = asked ? judgeSecret(value('auth-pass'), { user: value('auth-user'), others: [] }) : null;
  if (asked && !found) return [];
  const what = asked ? `has a password that ${found!.hint}` : 'asks for no password';
  return [
    at(setting(params, 'auth-pass') ?? conf, 'xml_rpc_password', running ? 'critical' : 'low', 'xml_rpc', {
      text: `The HTTP interface of mod_xml_rpc ${what}${running ? '' : '; the module is not loaded yet'}.`,
      why: 'It takes every command of the console, originate included, and listens on all addresses.',
      fix: running
        ? 'Take mod_xml_rpc out of modules.conf.xml, or set auth-realm, auth-user and a long random auth-pass, and close its http-port to strangers.'
        : 'Write a long random auth-pass, so that the module is safe on the day it is loaded.',
    }),
  ];
}

function erlang(config: Config): Finding[] {
  const conf = config.configurations.get('erlang_event.conf');
  if (!conf || !config.modules?.has('mod_erlang_event')) return [];
  const cookie = setting(settings(conf, 'settings'), 'cookie');
  const found = judgeSecret(cookie?.value ?? '', { user: 'freeswitch', others: [] });
  if (!found) return [];
  return [
    at(cookie ?? conf, 'erlang_cookie', 'critical', 'erlang_event', {
      text: `The cookie of mod_erlang_event ${found.hint}.`,
      why: 'Whoever knows it originates calls and runs commands on this machine.',
      fix: 'Write a long random cookie and <param name="listen-ip" value="127.0.0.1"/>, or take the module out of modules.conf.xml.',
    }),
  ];
}

function vertoProfile(profile: Node): Finding[] {
  const name = profile.attributes.name ?? '';
  const params = settings(profile, null);
  const value = (key: string) => setting(params, key)?.value ?? '';
  const clear = childrenOf(profile, 'param').find(
    ({ attributes }) =>
      attributes.name === 'bind-local' && !isTrue(attributes.secure) && !isLoopback(attributes.value ?? ''),
  );
  const found: Finding[] = [];
  if (value('userauth') === '' && value('root-passwd') === '')
    found.push(
      at(profile, 'verto_unauthenticated', 'critical', name, {
        text: `The verto profile ${name} asks for no password (no userauth).`,
        why: 'Any web page can open it and dial.',
        fix: 'Write <param name="userauth" value="true"/> and <param name="blind-reg" value="false"/>.',
      }),
    );
  else if (isTrue(value('blind-reg')))
    found.push(
      at(setting(params, 'blind-reg')!, 'verto_blind_reg', 'high', name, {
        text: `The verto profile ${name} takes users that the directory does not know (blind-reg).`,
        why: 'Whoever opens the port gets calls in the name of any user.',
        fix: 'Write <param name="blind-reg" value="false"/>.',
      }),
    );
  if (clear)
    found.push(
      at(clear, 'verto_clear', 'medium', name, {
        text: `The verto profile ${name} listens beyond this machine without TLS.`,
        why: 'Its login carries the password of the extension itself, readable on the way.',
        fix: 'Delete the bind-local without secure="true", or bind it to 127.0.0.1 behind a web server with TLS.',
      }),
    );
  return found;
}

function verto(config: Config): Finding[] {
  const conf = config.configurations.get('verto.conf');
  return conf && loaded(config, 'mod_verto') ? descendants(conf, 'profile').flatMap(vertoProfile) : [];
}

function httapi(config: Config): Finding[] {
  const conf = config.configurations.get('httapi.conf');
  if (!conf || !loaded(config, 'mod_httapi')) return [];
  const wide = descendants(conf, 'permission').find(
    ({ attributes }) => /^(all|dial-full-originate)$/.test(attributes.name ?? '') && isTrue(attributes.value),
  );
  if (!wide) return [];
  return [
    at(wide, 'httapi_open', 'medium', 'httapi', {
      text: `A web server that mod_httapi asks may do anything with a call (permission ${wide.attributes.name}).`,
      why: 'Whoever takes over that server, or its answers on the way, originates calls here.',
      fix: `Write <permission name="${wide.attributes.name}" value="false"/> and allow single permissions.`,
    }),
  ];
}

/** Interfaces other than SIP by which calls are made: HTTP, Erlang, WebRTC. */
export const remoteControl: Check = (config) => [xmlRpc, erlang, verto, httapi].flatMap((check) => check(config));
