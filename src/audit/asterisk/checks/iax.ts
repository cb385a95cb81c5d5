import type { Finding } from '../../finding.ts';
import { isEverybody } from '../../network.ts';
import { type Check, isLimited, reachesTrunk, together } from '../check.ts';
import type { Endpoint } from '../endpoints.ts';
import type { Pbx } from '../pbx.ts';
import { general, isFalse, placeOf, type Section, setting } from '../section.ts';

const stranger = ({ section, name, context }: Endpoint, pbx: Pbx): Finding => {
  const out = reachesTrunk(pbx, context);
  return {
    file: section.file,
    line: section.line,
    subject: `IAX2 ${name}`,
    code: 'guest_calls',
    severity: out ? 'critical' : 'medium',
    text: `IAX2 user ${name} has no secret: anybody may call into context ${context}.`,
    why: out
      ? `Context ${context} reaches a trunk, so strangers call the world at your cost.`
      : 'Strangers can call in, and reach whatever that context reaches later.',
    fix: `Delete [${name}] from iax.conf, or give it secret= with 16 random characters and permit= its address.`,
  };
};

const withoutAcl = (names: string) => ({
  code: 'no_acl',
  severity: 'medium' as const,
  text: `IAX2 peers may register and call from any address: ${names}.`,
  why: 'A password that leaks or is guessed works from everywhere.',
  fix: 'Write deny=0.0.0.0/0.0.0.0 and permit= their addresses into each.',
});

function withoutToken(sections: readonly Section[]): Finding[] {
  const top = general(sections);
  const optional = top && isEverybody(setting(top, 'calltokenoptional') ?? '');
  const unneeded = sections.find((s) => isFalse(setting(s, 'requirecalltoken')));
  const at = optional ? placeOf(top, 'calltokenoptional') : unneeded ? placeOf(unneeded, 'requirecalltoken') : null;
  if (!at) return [];
  return [
    {
      ...at,
      subject: 'IAX2 call tokens',
      code: 'iax_no_call_token',
      severity: 'medium',
      text: 'Calls are taken without a call token, also from forged addresses.',
      why: 'A flood of forged requests uses up the call numbers, and users are guessed unseen (AST-2009-006).',
      fix: 'Delete calltokenoptional= and requirecalltoken=no; every current IAX2 phone sends tokens.',
    },
  ];
}

function inPlainText(sections: readonly Section[]): Finding[] {
  const plain = sections.find((s) => /\bplaintext\b/i.test(setting(s, 'auth') ?? ''));
  if (!plain) return [];
  return [
    {
      ...placeOf(plain, 'auth'),
      subject: `IAX2 ${plain.name}`,
      code: 'iax_plaintext',
      severity: 'medium',
      text: `[${plain.name}] takes its password in plain text (auth=plaintext).`,
      why: 'Whoever sees one packet of the login has the password.',
      fix: 'Write auth=md5, or auth=rsa with keys.',
    },
  ];
}

/** chan_iax2: users without a secret, and the shields that [general] takes down. */
export const iax: Check = (pbx) => {
  const sections = pbx.conf('iax.conf');
  const mine = pbx.endpoints.filter((e) => e.tech === 'IAX2');
  const open = mine.filter((e) => e.kind === 'phone' && !isLimited(e.section, pbx));
  return [
    ...mine.filter((e) => e.kind === 'stranger').map((e) => stranger(e, pbx)),
    ...together(open, 'IAX2 peers', withoutAcl),
    ...withoutToken(sections),
    ...inPlainText(sections),
  ];
};
