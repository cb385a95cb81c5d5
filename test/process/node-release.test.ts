import * as assert from 'uvu/assert';
import { unfitRelease } from '../../src/process/node-release.ts';
import { suite } from '../support/suite.ts';

const test = suite('releases of Node.js');

test('those that the database library ends are told of', () => {
  for (const fit of ['v20.0.0', 'v22.23.2', 'v24.18.1']) assert.is(unfitRelease(fit), null);
  for (const unfit of ['v24.19.0', 'v24.21.0', 'v26.3.0']) assert.match(unfitRelease(unfit)!, /use Node\.js 20 or 22/);
});

test.run();
