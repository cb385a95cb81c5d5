const AROUND = 3;

interface Step {
  mark: ' ' | '-' | '+';
  line: string;
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** The furthest points of each round (E. Myers, An O(ND) Difference Algorithm, 1986). */
function rounds(a: readonly string[], b: readonly string[]): Map<number, number>[] {
  const trace: Map<number, number>[] = [];
  const far = new Map([[1, 0]]);
  for (let d = 0; ; d++) {
    trace.push(new Map(far));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && far.get(k - 1)! < far.get(k + 1)!);
      let x = down ? far.get(k + 1)! : far.get(k - 1)! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      far.set(k, x);
      if (x >= a.length && x - k >= b.length) return trace;
    }
  }
}

function steps(a: readonly string[], b: readonly string[]): Step[] {
  const out: Step[] = [];
  let [x, y] = [a.length, b.length];
  for (const [d, far] of [...rounds(a, b).entries()].reverse()) {
    const k = x - y;
    const down = k === -d || (k !== d && far.get(k - 1)! < far.get(k + 1)!);
    const [fromX, fromK] = down ? [far.get(k + 1)!, k + 1] : [far.get(k - 1)!, k - 1];
    const fromY = fromX - fromK;
    for (; x > Math.max(fromX, 0) && y > Math.max(fromY, 0); y--) out.push({ mark: ' ', line: a[--x]! });
    if (d > 0) out.push(down ? { mark: '+', line: b[--y]! } : { mark: '-', line: a[--x]! });
  }
  return out.reverse();
}

/**
 * What makes `after` of `before`, as `diff -u` prints it: three lines around each change, `name` in the head; '' where the lines are the
 * same.
 */
export function unifiedDiff(name: string, before: string, after: string): string {
  const all = steps(linesOf(before), linesOf(after));
  const near = all.map((_, i) => all.slice(Math.max(0, i - AROUND), i + AROUND + 1).some((s) => s.mark !== ' '));
  let [oldLine, newLine] = [1, 1];
  let out = '';
  for (let i = 0; i < all.length; ) {
    let end = i;
    while (end < all.length && near[end] === near[i]) end++;
    const part = all.slice(i, end);
    const [gone, come] = ['+', '-'].map((mark) => part.filter((s) => s.mark !== mark).length) as [number, number];
    if (near[i]) {
      out += `@@ -${gone ? oldLine : oldLine - 1},${gone} +${come ? newLine : newLine - 1},${come} @@\n`;
      out += part.map(({ mark, line }) => `${mark}${line}\n`).join('');
    }
    [oldLine, newLine, i] = [oldLine + gone, newLine + come, end];
  }
  return out && `--- ${name}\n+++ ${name}\n${out}`;
}
