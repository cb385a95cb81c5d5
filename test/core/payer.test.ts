import * as assert from 'uvu/assert';
import type { PayerClues } from '../../src/core/attempt.ts';
import { payer } from '../../src/core/payer.ts';
import { suite } from '../support/suite.ts';

const test = suite('who pays');

const nobody: PayerClues = { endpoint: null, transferer: null, inherited: null, accountcode: null, redirecting: null };
const isInternal = (name: string) => /^[1-9]\d{2}$/.test(name);
const pays = (clues: Partial<PayerClues>) => payer({ ...nobody, ...clues }, isInternal);

test('the authenticated endpoint, when it is an extension', () => {
  assert.is(pays({ endpoint: '214', transferer: '215', inherited: '216', accountcode: '217' }), '214');
  assert.is(pays({ endpoint: 'trunk', transferer: '215', inherited: '216' }), '215');
});

test('then who transferred, then whom the dialplan named, then the account code', () => {
  assert.is(pays({ transferer: 'trunk', inherited: '216' }), '216');
  assert.is(pays({ accountcode: 'sales' }), 'sales');
  assert.is(pays({}), null);
});

test('a Diversion header counts on Local channels only', () => {
  assert.is(pays({ redirecting: '999' }), '999');
  assert.is(pays({ endpoint: 'trunk', redirecting: '999' }), null);
});

test('a name with anything odd in it pays for nothing', () => {
  for (const inherited of ['', '2 14', "214'", '214\n', 'x'.repeat(65)]) assert.is(pays({ inherited }), null);
});

test.run();
