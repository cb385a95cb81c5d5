import * as assert from 'uvu/assert';
import { judgePin, judgeSecret, judgeSecrets } from '../../src/audit/secrets.ts';
import { suite } from '../support/suite.ts';

const test = suite('audit secrets');

const alone = (secret: string, user = '214') => judgeSecret(secret, { user, others: [] })?.code ?? null;

test('each kind of bad secret is told by its worst', () => {
  const cases: [string, string | null][] = [
    ['', 'secret_default'],
    ['ClueCon', 'secret_default'],
    ['amp111', 'secret_default'],
    ['eLaStIx.2oo7', 'secret_default'],
    ['PlcmSpIp', 'secret_vendor'],
    ['22222', 'secret_vendor'],
    ['214', 'secret_extension'],
    ['412', 'secret_extension'],
    ['pw214', 'secret_extension'],
    ['Ext214pass', 'secret_extension'],
    ['Secret101!', 'secret_weak'],
    ['x7Kq9ZpL', 'secret_weak'],
    ['Freepbx2023', 'secret_weak'],
    ['reception', 'secret_weak'],
    ['margaret1962', 'secret_weak'],
    ['9Qk2mVw7RtYz', null],
    ['e8a1f0c93bd24a6f', null],
    ['e2147f0c93bd24a6f80a1b6d25c7e9f34', null],
  ];
  for (const [secret, code] of cases) assert.is(alone(secret), code, secret);
});

test('a hint tells nothing of the secret', () => {
  for (const secret of ['ClueCon', 'PlcmSpIp', 'Margaret1962', 'pw214x']) {
    const { hint } = judgeSecret(secret, { user: '214', others: [] })!;
    assert.not(hint.toLowerCase().includes(secret.toLowerCase().slice(0, 4)));
  }
});

test('a secret of several accounts is reused; the two directions of one trunk are not', () => {
  const secret = 'k3Vw8ZqP5tYm2B';
  const found = judgeSecrets([
    { user: '101', secret },
    { user: '102', secret },
    { user: '103', secret: 'uT5mW2pZ8xKq7R' },
    { user: 'trunk', secret: 'hG4nB7vC2xLp9S' },
    { user: 'trunk', secret: 'hG4nB7vC2xLp9S' },
  ]);
  assert.equal(
    found.map(([{ user }, { code, hint }]) => [user, code, hint]),
    [
      ['101', 'secret_reused', 'is also that of 102'],
      ['102', 'secret_reused', 'is also that of 101'],
    ],
  );
});

test('many who share a secret are counted, not listed', () => {
  const accounts = ['101', '102', '103', '104', '105', '106'].map((user) => ({ user, secret: 'k3Vw8ZqP5tYm2B' }));
  assert.is(judgeSecrets(accounts)[0]![1].hint, 'is also that of 102, 103, 104 and 2 more');
});

test('an endless secret is judged at once', () => {
  assert.is(alone('a'.repeat(1_000_000)), 'secret_weak');
});

test('PINs', () => {
  const cases: [string, string | null][] = [
    ['', 'pin_default'],
    ['1234', 'pin_default'],
    ['214', 'pin_extension'],
    ['58', 'pin_weak'],
    ['8765', 'pin_weak'],
    ['44444', 'pin_weak'],
    ['9292', 'pin_weak'],
    ['1987', 'pin_weak'],
    ['8264', null],
    ['730519', null],
  ];
  for (const [pin, code] of cases) assert.is(judgePin(pin, '214')?.code ?? null, code, pin);
});

test.run();
