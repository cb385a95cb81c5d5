const LF = 10;

/**
 * Cuts a byte stream into lines (without LF). Returns the feeder: it calls `onLine` for each whole line and answers
 * false, and stays silent from then on, once a line is longer than `maxLine` bytes.
 */
export function lineSplitter(maxLine: number, onLine: (line: Buffer) => void): (chunk: Buffer) => boolean {
  let parts: Buffer[] = [];
  let held = 0;
  let broken = false;
  return (chunk) => {
    let from = 0;
    while (!broken && from < chunk.length) {
      const lf = chunk.indexOf(LF, from);
      const part = chunk.subarray(from, lf < 0 ? chunk.length : lf);
      held += part.length;
      broken = held > maxLine;
      parts.push(part);
      if (broken || lf < 0) break;
      const line = parts.length === 1 ? part : Buffer.concat(parts);
      parts = [];
      held = 0;
      from = lf + 1;
      onLine(line);
    }
    if (broken) parts = [];
    return !broken;
  };
}
