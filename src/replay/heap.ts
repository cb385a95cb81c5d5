/** What is to happen when: the earliest comes out first. */
export interface Agenda<T> {
  add(at: number, what: T): void;
  /** The earliest entry if it is due at `at`, else null. */
  due(at: number): { at: number; what: T } | null;
}

/** A binary heap over time; entries of the same moment come out in the order in which they went in. */
export function createAgenda<T>(): Agenda<T> {
  const heap: { at: number; order: number; what: T }[] = [];
  let order = 0;
  const before = (a: number, b: number): boolean => {
    const [x, y] = [heap[a]!, heap[b]!];
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  };
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };

  function add(at: number, what: T): void {
    let place = heap.push({ at, order: order++, what }) - 1;
    for (let above = (place - 1) >> 1; place > 0 && before(place, above); above = (place - 1) >> 1) {
      swap(place, above);
      place = above;
    }
  }

  function due(at: number): { at: number; what: T } | null {
    const first = heap[0];
    if (!first || first.at > at) return null;
    const last = heap.pop()!;
    if (heap.length > 0) heap[0] = last;
    for (let place = 0; ; ) {
      let least = place;
      for (const below of [2 * place + 1, 2 * place + 2])
        if (below < heap.length && before(below, least)) least = below;
      if (least === place) return first;
      swap(place, least);
      place = least;
    }
  }

  return { add, due };
}
