import { judgeSecret } from '../secrets.ts';
import { at, type Check, type Config, descendants, isTrue, setting, settings } from './model.ts';
import type { Node } from './tree.ts';

/** Names that stand for no real provider (RFC 2606). */
const PLACEHOLDER = /(^|\.)(example(\.(com|net|org))?|invalid|test)$/i;

/** Gateways of SIP profiles and of directory users. */
const gateways = ({ configurations, domains }: Config): Node[] => {
  const sofia = configurations.get('sofia.conf');
  return [...(sofia ? [sofia] : []), ...domains].flatMap((each) => descendants(each, 'gateway'));
};

/** Passwords at the provider: whoever guesses one needs no PBX at all. */
export const trunkPasswords: Check = (config) =>
  gateways(config).flatMap((gateway) => {
    const params = settings(gateway, null);
    const name = gateway.attributes.name ?? '';
    const password = setting(params, 'password');
    const host = setting(params, 'proxy')?.value || setting(params, 'realm')?.value || name;
    const idle = !isTrue(setting(params, 'register')?.value ?? 'true');
    if (!password?.value || (idle && PLACEHOLDER.test(host))) return [];
    const found = judgeSecret(password.value, { user: setting(params, 'username')?.value ?? name, others: [] });
    if (!found) return [];
    return [
      at(password, 'gateway_password', 'high', name, {
        text: `The password of gateway ${name} at the provider ${found.hint}.`,
        why: 'Who guesses it registers with the provider himself and dials past your PBX, guard and all.',
        fix: 'Ask the provider for a long random password, and for calls from your address only.',
      }),
    ];
  });
