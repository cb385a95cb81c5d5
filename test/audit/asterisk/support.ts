import { readFileSync } from 'node:fs';
import { auditAsterisk } from '../../../src/audit/asterisk/index.ts';
import type { Audit, Finding } from '../../../src/audit/finding.ts';
import { type Files, inFolder, relative } from '../folder.ts';

/** Audits a made-up configuration. Files in the answer are relative to it. */
export const auditOf = (files: Files): Audit => inFolder(files, (dir) => relative(auditAsterisk(dir), dir));

/** `severity code file:line`, sorted. */
export const shortly = (findings: readonly Finding[]): string[] =>
  findings.map((f) => `${f.severity} ${f.code} ${f.file}:${f.line}`).sort();

/** Short findings of some codes. */
export const only = (files: Record<string, string>, codes: RegExp): string[] =>
  shortly(auditOf(files).findings.filter((f) => codes.test(f.code)));

/** Two phones with good passwords in `from-internal`, and a trunk with an address in `from-trunk`. */
export const PHONES = `[udp]
type=transport
protocol=udp
bind=0.0.0.0
[phone](!)
type=endpoint
context=from-internal
deny=0.0.0.0/0.0.0.0
permit=10.0.0.0/255.0.0.0
media_encryption=sdes
[101](phone)
auth=101
aors=101
[101]
type=auth
username=101
password=hT4-vKq9Zw2-Lm7Rx
[101]
type=aor
max_contacts=2
[trunk]
type=endpoint
context=from-trunk
aors=trunk
[trunk]
type=aor
contact=sip:192.0.2.10
[trunk]
type=identify
endpoint=trunk
match=192.0.2.10
[tls]
type=transport
protocol=tls
bind=0.0.0.0
`;

/** A file of dialplan/asterisk. */
export const shipped = (name: string): string =>
  readFileSync(new URL(`../../../dialplan/asterisk/${name}`, import.meta.url), 'utf8');

/** Codes of what is said about ways to a trunk. */
export const WAYS = /guard_|strangers_/;

/** What is said about ways to a trunk in a dialplan with one phone and one trunk. */
export const ways = (dialplan: string, more: Record<string, string> = {}): string[] =>
  only({ 'pjsip.conf': PHONES, 'extensions.conf': dialplan, ...more }, WAYS);

/** What an administrator includes. */
export const GUARDED = {
  'dialwarden.conf': shipped('dialwarden.conf'),
  'dialwarden-fallback.conf': shipped('dialwarden-fallback.conf'),
};
