import type { Finding } from '../../finding.ts';
import { isLoopback } from '../../network.ts';
import type { Check } from '../check.ts';
import { general, generalSetting, isFalse, isTrue, placeOf, setting } from '../section.ts';

/** Asterisk's web server beyond loopback, with ARI or AMI behind it. */
export const http: Check = ({ conf }) => {
  const top = general(conf('http.conf'));
  if (!top || !isTrue(setting(top, 'enabled'))) return [];
  const address = setting(top, 'bindaddr') ?? '';
  const findings: Finding[] = [];
  const ari = conf('ari.conf');
  const ariUsers = ari.some((s) => setting(s, 'type') === 'user') && !isFalse(generalSetting(ari, 'enabled'));
  if (!isLoopback(address)) {
    const manager = conf('manager.conf');
    const ami = isTrue(generalSetting(manager, 'enabled')) && isTrue(generalSetting(manager, 'webenabled'));
    const behind = [ariUsers && 'ARI', ami && 'AMI'].filter(Boolean).join(' and ');
    findings.push({
      code: 'http_open',
      severity: behind === '' ? 'medium' : 'high',
      ...placeOf(top, 'bindaddr'),
      subject: 'HTTP',
      text: `Asterisk's web server listens on ${address || 'every address'}${behind && `, with ${behind} behind it`}.`,
      why: `${behind || 'What modules put behind it'} can be tried by anybody who reaches the port, without encryption.`,
      fix: 'Write bindaddr=127.0.0.1 in [general] of http.conf; where WebRTC needs it, use tlsbindaddr and a firewall.',
    });
  }
  const origins = setting(general(ari), 'allowed_origins');
  if (ariUsers && origins?.trim() === '*') {
    findings.push({
      code: 'ari_origins',
      severity: 'low',
      ...placeOf(general(ari)!, 'allowed_origins'),
      subject: 'ARI',
      text: 'Pages of every web site may call ARI (allowed_origins=*).',
      why: 'A page that an administrator visits could then place calls through his browser.',
      fix: 'Name the origins that need it in allowed_origins=, or delete the line.',
    });
  }
  return findings;
};
