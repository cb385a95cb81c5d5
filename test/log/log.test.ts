import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import * as assert from 'uvu/assert';
import { exposition } from '../../src/http/exposition.ts';
import { createMeter } from '../../src/http/meter.ts';
import { createLog } from '../../src/process/log.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

const test = suite('log and metrics', { timeout: 20_000 });

function written(plain: boolean, event: string, fields: object, secrets: string[] = []): string {
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  createLog({ output, plain, secrets: () => secrets }).warn(event, fields);
  return text;
}

test('an event is one JSON line with level, time, event and fields', () => {
  const line = written(false, 'verdict', { ext: '214', dialled: '1\n2' });
  assert.is(line.trim().split('\n').length, 1);
  const { time, ...rest } = JSON.parse(line);
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 5_000);
  assert.equal(rest, { level: 'warn', event: 'verdict', ext: '214', dialled: '1\n2' });
});

test('a terminal gets plain words, and control characters as text', () => {
  const line = written(true, 'verdict', { dialled: '\x1b[2J1', incident: null });
  assert.match(line, /^\d\d:\d\d:\d\d WARN verdict dialled=\\x1b\[2J1\n$/);
});

test('a secret is hidden wherever it turns up', () => {
  assert.match(written(false, 'agi_refused', { why: 'unknown argument key=hunter22' }, ['hunter22']), 'key=[hidden]');
});

test('what is only information waits for more, and a warning brings it along in order', async () => {
  const lines: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)).event);
      done();
    },
  });
  const log = createLog({ output, plain: false, secrets: () => [] });
  log.info('first', {});
  log.info('second', {});
  assert.equal(lines, []);
  log.warn('third', {});
  assert.equal(lines, ['first', 'second', 'third']);
  log.info('fourth', {});
  await until('the line', () => lines.length === 4, 5_000);
  log.info('fifth', {});
  log.flush();
  assert.is(lines.at(-1), 'fifth');
});

test('a log reader that has stalled does not stop the program', async () => {
  const output = pathToFileURL(new URL('../../src/process/output.ts', import.meta.url).pathname).href;
  const program = `import { patientOutput } from '${output}';
    const out = patientOutput(1);
    const line = 'x'.repeat(1023) + '\\n';
    for (let i = 0; i < 4096; i++) { out.write(line); if (i % 64 === 0) await new Promise(setImmediate); }
    process.stderr.write(String(out.dropped() > 0));
    process.exit(0);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout!.pause();
  let said = '';
  child.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'exit');
  assert.is(code, 0);
  assert.is(said, 'true');
  child.stdout!.destroy();
});

test('metrics are written as Prometheus reads them', () => {
  const meter = createMeter();
  meter.verdict({ action: 'block', reason: 'deny"ed\n' }, 3);
  meter.verdict({ action: 'allow', reason: 'national' }, 2_000);
  meter.error('ledger unavailable');
  const text = exposition(meter.metrics());
  assert.match(text, 'dialwarden_verdicts_total{action="block",reason="deny\\"ed\\n"} 1\n');
  assert.match(text, 'dialwarden_verdict_seconds_bucket{le="0.0025"} 0\n');
  assert.match(text, 'dialwarden_verdict_seconds_bucket{le="0.005"} 1\n');
  assert.match(text, 'dialwarden_verdict_seconds_bucket{le="+Inf"} 2\n');
  assert.match(text, 'dialwarden_verdict_seconds_sum 2.003\n');
  assert.match(text, 'dialwarden_errors_total{event="ledger unavailable"} 1\n');
  assert.ok(text.endsWith('\n'));
});

test.run();
