import type { Address } from '../../core/addresses/address.ts';
import { contains, formatNetwork, type Network, parseNetwork } from '../../core/addresses/network.ts';
import { includes, type Ranges } from '../../core/addresses/ranges.ts';
import type { Whereabouts } from '../../core/addresses/whereabouts.ts';
import type { Db } from './database.ts';
import * as lists from './network-lists.ts';

/** The owner's word on a network. Times are milliseconds since 1970. */
export interface NetworkRow {
  id: number;
  /** '': every site. */
  site: string;
  /** `*`: every extension. */
  ext: string;
  network: string;
  action: 'allow' | 'deny';
  note: string;
  by: string;
  at: number;
  until: number | null;
}

export type NewNetwork = Omit<NetworkRow, 'id' | 'network' | 'note' | 'until'> & {
  network: Network;
  note?: string | undefined;
  until?: number | null | undefined;
};

/** Sets the owner's word on a network, in place of an earlier one. Returns its number. */
export function set(db: Db, { network, note = '', until = null, ...row }: NewNetwork): number {
  const enter = db.prepare(
    `INSERT INTO networks (site, ext, network, action, note, by, at, until)
     VALUES (@site, @ext, @network, @action, @note, @by, @at, @until)
     ON CONFLICT DO UPDATE SET action = @action, note = @note, by = @by, at = @at, until = @until RETURNING id`,
  );
  return enter.pluck().get({ ...row, network: formatNetwork(network), note, until }) as number;
}

/** Returns whether there was one. */
export const remove = (db: Db, id: number): boolean =>
  db.prepare('DELETE FROM networks WHERE id = ?').run(id).changes > 0;

export const list = (db: Db): NetworkRow[] => db.prepare('SELECT * FROM networks ORDER BY id').all() as NetworkRow[];

type Word = NonNullable<Whereabouts['owner']> & { at: Network; until: number | null };
interface List {
  name: string;
  until: number | null;
  ranges: Ranges;
}

export type Said = Pick<Whereabouts, 'owner' | 'list' | 'confined'>;
export type Asked = { site: string; ext: string; at: number; address: Address; inHouse: boolean };

const holds = ({ until }: { until: number | null }, at: number): boolean => until === null || until > at;

/** The narrowest network counts; of two as narrow the denied one. */
const narrower = (a: Word, b: Word): number =>
  b.at.bits - a.at.bits || Number(b.action === 'deny') - Number(a.action === 'deny');

/**
 * Reads what the owner said of an address, in memory until the mark in `word` tells of a change. `site`: the networks that the
 * configuration names for the extension's site. What is allowed for a time confines nobody to it. Private addresses are on
 * no list: those have them as unroutable, not as evil.
 */
export function networksReader(db: Db): (asked: Asked, site: readonly Network[]) => Said {
  const changed = db.prepare('SELECT changed FROM word').pluck().safeIntegers();
  const words = new Map<string, Word[]>();
  let loaded = new Map<number, List>();
  let mark: bigint | null = null;

  function load(): void {
    const now = changed.get() as bigint;
    if (now === mark) return;
    words.clear();
    for (const { site, ext, action, note, network, until } of list(db)) {
      const at = parseNetwork(network);
      const key = `${site}/${ext}`;
      if (at) words.set(key, [...(words.get(key) ?? []), { action, note, network, at, until }]);
    }
    const before = loaded;
    loaded = new Map();
    for (const { generation, name, until } of lists.list(db))
      loaded.set(generation, { name, until, ranges: before.get(generation)?.ranges ?? lists.read(db, generation) });
    mark = now;
  }

  return ({ site, ext, at, address, inHouse }, configured) => {
    load();
    const keys = [`${site}/${ext}`, `${site}/*`, `/${ext}`, '/*'];
    const own = keys.flatMap((key) => words.get(key) ?? []).filter((word) => holds(word, at));
    const all = own.concat(configured.map(allowed));
    const owner = all.filter((word) => contains(word.at, address)).sort(narrower)[0] ?? null;
    const bad = [...loaded.values()].find((l) => holds(l, at) && includes(l.ranges, address));
    return {
      owner: owner && { action: owner.action, network: owner.network, note: owner.note },
      list: owner?.action === 'allow' || inHouse ? null : (bad?.name ?? null),
      confined: all.some(({ action, until }) => action === 'allow' && until === null),
    };
  };
}

const allowed = (at: Network): Word => ({ action: 'allow', network: formatNetwork(at), note: '', at, until: null });
