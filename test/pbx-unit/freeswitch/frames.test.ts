import * as assert from 'uvu/assert';
import { BadFrame, type Frame, frameReader } from '../../../src/pbx/freeswitch/frames.ts';
import { suite } from '../../support/suite.ts';

const test = suite('event socket frames');
const BODY = '{"cid_name":"Müller \u{1F4DE}"}\n\n';
const SAID = [
  'Content-Type: auth/request\n\n',
  `Content-Type: api/response\nContent-Length: ${Buffer.byteLength(BODY)}\n\n${BODY}`,
  '\n\n',
  'Content-Type: command/reply\nReply-Text: +OK\n\n',
].join('');

/** What comes out of `bytes`, cut into pieces at the places given. */
function read(bytes: Buffer, ...cuts: number[]): Frame[] {
  const frames: Frame[] = [];
  const feed = frameReader((frame) => frames.push(frame));
  for (const [i, from] of [0, ...cuts].entries()) feed(bytes.subarray(from, cuts[i]));
  return frames;
}

test('lengths are bytes, wherever the stream is cut', () => {
  const bytes = Buffer.from(SAID);
  const whole = read(bytes);
  assert.equal(
    whole.map(({ body }) => body),
    ['', BODY, ''],
  );
  for (let cut = 1; cut < bytes.length; cut++) {
    assert.equal(read(bytes, cut), whole, `cut at ${cut}`);
    assert.equal(read(bytes, cut, cut + 1), whole, `cut at ${cut} and behind it`);
  }
});

test('what no FreeSWITCH sends is refused at once', () => {
  const heads = [
    'Content-Length: 99999999\n\n',
    'Content-Length: -1\n\n',
    'Content-Length: 5\nContent-Length: 9\n\n',
    'content-length: 5\n\n',
    `X: ${'x'.repeat(300_000)}`,
  ];
  for (const head of heads)
    assert.throws(
      () => read(Buffer.from(head)),
      (error: unknown) => error instanceof BadFrame,
      head.slice(0, 40),
    );
});

test.run();
