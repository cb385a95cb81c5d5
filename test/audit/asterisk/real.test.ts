import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { auditAsterisk } from '../../../src/audit/asterisk/index.ts';
import { writeConfig } from '../../support/asterisk/config.ts';
import { asteriskSamples } from '../../support/asterisk/tree.ts';
import { OUTBOUND } from '../../support/lab.ts';
import { suite } from '../../support/suite.ts';
import { shortly } from './support.ts';

const test = suite('audit: real configurations', { timeout: 60_000 });

test('the samples that Debian installs: what a specialist would name, and no more', async () => {
  const dir = await asteriskSamples();
  const { findings, unread } = auditAsterisk(dir);
  const found = findings.map((f) => `${f.severity} ${f.code} ${f.file!.slice(dir.length + 1)} ${f.subject}`).sort();
  assert.equal(found, [
    'low cdr_end cdr.conf CDR',
    'low exten_unfiltered extensions.conf [page] _X.',
    'low guard_not_asked extensions.conf dialplan',
    'low pin_weak voicemail.conf mailbox 1234@other',
    'medium guest_calls iax.conf IAX2 guest',
    'medium pin_default voicemail.conf mailbox 1234',
  ]);
  for (const { file, line } of findings) {
    const text = readFileSync(file!, 'utf8').split('\n')[line! - 1]!;
    assert.match(
      text,
      /^\[(general|guest|international)\]|^1234 =>|^exten => _X\.,1,Gosub\(sub-page/,
      `${file}:${line}`,
    );
  }
  assert.equal(unread.map((u) => u.why).sort(), [
    '[dundi-e164-switch] takes extensions from DUNDi',
    'is a dialplan in AEL, which is not followed',
    'is a dialplan in Lua, which is not followed',
  ]);
});

test('the Asterisk of the call tests: its passwords and its trunk by name, and a dialplan that asks', () => {
  const dir = mkdtempSync(join(tmpdir(), 'dw-audit-'));
  try {
    const guide = new URL('../../../dialplan/asterisk/dialwarden.conf', import.meta.url);
    writeConfig(
      dir,
      '/usr',
      { sip: 5060, ami: 5038 },
      {
        dialplan: `#include dialwarden.conf\n${OUTBOUND}`,
        trunks: { trunk: 5070 },
        files: { 'dialwarden.conf': readFileSync(guide, 'utf8') },
      },
    );
    const found = shortly(auditAsterisk(join(dir, 'etc')).findings).map((line) =>
      line.replace(/ \/.*\/(.*):\d+$/, ' $1'),
    );
    assert.equal(found, [
      ...Array.from({ length: 4 }, () => 'critical secret_extension pjsip.conf'),
      'high trunk_by_name pjsip.conf',
      'medium secret_extension manager.conf',
      'medium strictrtp_off rtp.conf',
    ]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test.run();
