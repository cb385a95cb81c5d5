import * as assert from 'uvu/assert';
import { unifiedDiff } from '../../src/install/diff.ts';
import { suite } from '../support/suite.ts';

const test = suite('diff');

/** What patch(1) does, by the numbers in the heads. */
function patched(before: string[], diff: string): string[] {
  const out: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(2, -1)) {
    const head = /^@@ -(\d+),(\d+) /.exec(line);
    if (head) {
      const from = Number(head[1]) - (head[2] === '0' ? 0 : 1);
      out.push(...before.slice(at, from));
      at = from;
    } else if (line[0] === '+') out.push(line.slice(1));
    else {
      assert.is(before[at], line.slice(1));
      if (line[0] === ' ') out.push(before[at]!);
      at++;
    }
  }
  return [...out, ...before.slice(at)];
}

test('nothing where nothing changed, and a new file whole', () => {
  assert.is(unifiedDiff('x', 'a\nb\n', 'a\nb\n'), '');
  assert.is(unifiedDiff('x', '', 'a\nb\n'), '--- x\n+++ x\n@@ -0,0 +1,2 @@\n+a\n+b\n');
});

test('three lines around each change, counted as diff counts them', () => {
  const before = 'abcdefghijklmnop'.split('').join('\n');
  const after = before.replace('c\n', 'c\nC\n').replace('o', 'O');
  assert.is(
    unifiedDiff('f', `${before}\n`, `${after}\n`),
    '--- f\n+++ f\n@@ -1,6 +1,7 @@\n a\n b\n c\n+C\n d\n e\n f\n@@ -12,5 +13,5 @@\n l\n m\n n\n-o\n+O\n p\n',
  );
});

test('the diff makes the new text of the old one, whatever was changed', () => {
  let seed = 7;
  const random = (n: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % n;
  };
  for (let i = 0; i < 300; i++) {
    const before = Array.from({ length: random(30) }, () => `${random(6)}`);
    const after = before.flatMap((line) => [[line], [], [line, `${random(6)}`], [line], [line]][random(5)]!);
    const text = (lines: string[]) => lines.map((line) => `${line}\n`).join('');
    assert.equal(patched(before, unifiedDiff('f', text(before), text(after))), after);
  }
});

test.run();
