import * as assert from 'uvu/assert';
import { table } from '../../src/cli/print.ts';
import { linkToken } from '../../src/guard/link.ts';
import type { Claim, Notice } from '../../src/guard/outbox.ts';
import { unblockPages } from '../../src/http/unblock.ts';
import { syslogLine } from '../../src/notify/syslog.ts';
import { render } from '../../src/notify/text.ts';
import { payload } from '../../src/notify/webhook.ts';
import { htmlPage, htmlTable } from '../../src/report/html.ts';
import { suite } from '../support/suite.ts';
import { fuzz, type Make, mutate, PATIENCE } from './engine.ts';

// What a caller, a phone or a stranger wrote, in everything that a person reads later.
const test = suite('fuzz: hostile text', { timeout: PATIENCE });
const CASES = 20_000;

const CORPUS = [
  '0011252615550100',
  'extension 214',
  'Called 3 times',
  '<script>alert(1)</script>',
  'a\r\nBcc: x@y.example',
  '\x1b[2J',
];
const WORDS = [
  '\r\n',
  '<',
  '>',
  '&',
  '"',
  "'",
  '\x1b]0;',
  '\u202e',
  '\u2028',
  '<b>',
  '</td>',
  '&#',
  '\n\n',
  'Subject: ',
];

const make: Make<string[]> = (random) =>
  Array.from({ length: 6 }, () => mutate(random, random.pick(CORPUS), WORDS, CORPUS).slice(0, 500));

function notice([site = '', ext = '', title = '', subject = '', value = '', why = '']: readonly string[]): Notice {
  const last = { at: 1, who: 'guard', what: 'opened', why };
  const counts = { openedAt: 1, updatedAt: 2, calls: 3, stopped: 1, lost: 1, saved: 2, block: 4 };
  const incident = {
    id: 7,
    kind: 'ceiling',
    severity: 'critical',
    state: 'open',
    resolution: why,
    last,
    ...counts,
  } as const;
  return {
    message: 1,
    kind: 'first',
    at: 1,
    incident: { ...incident, site, ext, title, subject, evidence: { value } },
  };
}
const claim = (words: readonly string[]): Claim => ({ batch: 1, attempt: 1, notices: [notice(words)], head: null });
const context = {
  place: () => ({ timezone: 'Europe/Berlin', currency: 'USD' }),
  link: () => 'https://guard.example/unblock/x',
};
const PLAIN = ['site', '214', 'title', 'subject', 'value', 'why'];
const MAIL_LINES = render(claim(PLAIN), context).text.split('\n').length;
const tags = (html: string): string[] => html.match(/<[a-z/!][^>]*>/gi) ?? [];
const page = (words: readonly string[]): string => htmlPage(words[0]!, htmlTable(['a', 'b'], [words.slice(1, 3)]));

test('it breaks no line, steers no terminal and opens no tag', () =>
  fuzz('hostile text', CASES, make, (words) => {
    const { subject, text } = render(claim(words), context);
    assert.not(/[\p{Cc}\u2028\u2029]/u.test(subject), subject);
    assert.is(text.split('\n').length, MAIL_LINES, text);
    assert.not(/\p{Cc}/u.test(text.replaceAll('\n', '')), text);
    assert.equal(tags(page(words)), tags(page(PLAIN)));
    const told = JSON.parse(payload(claim(words), () => 'USD'));
    assert.is(told.incident.title, words[2]);
    const line = syslogLine('local0', 'critical', 1, 'incident_first', words.join(' '));
    assert.ok(line.length <= 2048 && !/\p{Cc}/u.test(line.toString('utf8')));
    assert.is(table(['a', 'b'], [words.slice(0, 2), words.slice(2, 4)]).split('\n').length, 4);
  }));

test('the page behind a link shows what a caller wrote, and nothing of it is markup', () => {
  const key = 'k'.repeat(32);
  const pageOf = (reason: string) => {
    const block = { id: 4, site: 'default', ext: reason, reason, at: 1, fraud: true };
    const unblocker = { block: () => block, unblock: () => ({ probation: null }) } as never;
    return unblockPages({ unblocker, key, now: () => 1 })('GET', linkToken(key, 4, 1_000), '').html;
  };
  return fuzz('unblock page', 5_000, make, ([text = '']) => assert.equal(tags(pageOf(text)), tags(pageOf('x'))));
});

test.run();
