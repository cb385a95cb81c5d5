import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { byteLength, longest } from '../../src/core/risk/trie.ts';
import { build } from '../../src/core/risk/trie-build.ts';
import { atLeast, atMost, type Figure, median, nanosecondsPerCall, seeded } from './bench.ts';

const PREFIXES = 1_000_000;
const SHORTEST = 4;
const LONGEST = 10;
const NUMBERS = 200_000;
const PARSED = 10_000;
const RUNS = 5;

/** One million distinct prefixes: length and digits uniform. */
function randomPrefixes(random: () => number): string[] {
  const prefixes = new Set<string>();
  while (prefixes.size < PREFIXES) {
    const length = SHORTEST + Math.floor(random() * (LONGEST - SHORTEST + 1));
    prefixes.add(randomDigits(random, length));
  }
  return [...prefixes];
}

const randomDigits = (random: () => number, length: number): string =>
  String(Math.floor(random() * 10 ** length)).padStart(length, '0');

/** E.164 numbers of 10 to 14 digits, each decoded from bytes of its own as those that a PBX sends. */
const randomNumbers = (random: () => number): string[] =>
  Array.from({ length: NUMBERS }, () =>
    Buffer.from(`+${randomDigits(random, 10 + Math.floor(random() * 5))}`).toString('latin1'),
  );

/** The usual way: a Map, asked for the longest prefix that the table can hold, then for one digit less. */
function probe(table: Map<string, number>, e164: string): number {
  for (let length = LONGEST; length >= SHORTEST; length--) {
    const value = table.get(e164.slice(1, 1 + length));
    if (value !== undefined) return value;
  }
  return -1;
}

export function bench(): Figure[] {
  const random = seeded(20_261_122);
  const prefixes = randomPrefixes(random);
  const begin = performance.now();
  const trie = build(
    prefixes,
    Int32Array.from(prefixes, (_, i) => i),
  );
  const building = performance.now() - begin;
  const table = new Map(prefixes.map((prefix, i) => [prefix, i]));
  const numbers = randomNumbers(random);
  const astray = numbers.find((number) => longest(trie, number) !== probe(table, number));
  if (astray !== undefined) throw new Error(`trie and map differ on ${astray}`);

  const rounds = Array.from({ length: RUNS }, () => ({
    ours: nanosecondsPerCall(numbers, (number) => longest(trie, number)),
    map: nanosecondsPerCall(numbers, (number) => probe(table, number)),
    parse: nanosecondsPerCall(numbers.slice(0, PARSED), (number) => (parsePhoneNumberFromString(number) ? 1 : 0)),
  }));
  return [
    atMost('1,000,000 prefixes, values included', byteLength(trie) / 1e6, 'MB', 24),
    { name: 'built in', value: building, unit: 'ms' },
    { name: 'longest prefix of a random number', value: median(rounds.map((round) => round.ours)), unit: 'ns' },
    { name: 'the same by probing a Map', value: median(rounds.map((round) => round.map)), unit: 'ns' },
    { name: 'libphonenumber-js/max parsing', value: median(rounds.map((round) => round.parse)), unit: 'ns' },
    atLeast('faster than the Map', median(rounds.map((round) => round.map / round.ours)), 'times', 20),
    atLeast('faster than parsing', median(rounds.map((round) => round.parse / round.ours)), 'times', 20),
  ];
}
