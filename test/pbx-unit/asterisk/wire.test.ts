import Module from 'node:module';
import * as assert from 'uvu/assert';
import { commandWire } from '../../../src/pbx/asterisk/wire.ts';
import { suite } from '../../support/suite.ts';

const test = suite('agi wire');

/** What is loaded while `work` runs, by name. */
async function loadedBy(work: () => Promise<unknown>): Promise<string[]> {
  const module = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const { _load } = module;
  const loaded: string[] = [];
  module._load = (request, ...rest) => {
    loaded.push(request);
    return _load(request, ...rest);
  };
  try {
    await work();
  } finally {
    module._load = _load;
  }
  return loaded;
}

test('the first session loads nothing: there may be no file descriptor left for that', async () => {
  const said: string[] = [];
  const wire = commandWire((text) => said.push(text));
  const loaded = await loadedBy(async () => {
    const reply = wire.send('NOOP');
    wire.reply('200 result=1 (x)');
    assert.equal(await reply, { code: 200, result: '1', value: 'x' });
  });
  wire.close();
  assert.equal(said, ['NOOP\n']);
  assert.equal(loaded, []);
});

test.run();
