import { type Budget, spend } from '../budget.ts';
import type { Digits } from './digits.ts';

/** Values by the numbers they take, as a tree with one set of characters a branch. */
export interface Tree<T> {
  /** Branches for one character each, by it, and those for several or any. */
  single: Map<string, Tree<T>>;
  wide: Map<string | null, Tree<T>>;
  /** Values whose numbers end here, and those that take whatever follows. */
  closed: T[];
  open: T[];
}

export const newTree = <T>(): Tree<T> => ({ single: new Map(), wide: new Map(), closed: [], open: [] });

export function insert<T>(tree: Tree<T>, { cells, open }: Digits, value: T): void {
  let node = tree;
  for (const cell of cells) {
    const branches: Map<string | null, Tree<T>> = cell?.length === 1 ? node.single : node.wide;
    let next = branches.get(cell);
    if (!next) {
      next = newTree();
      branches.set(cell, next);
    }
    node = next;
  }
  (open ? node.open : node.closed).push(value);
}

const sharesAny = (a: string | null, b: string | null): boolean =>
  a === null || b === null || [...a].some((c) => b.includes(c));

const takesAll = (a: string | null, b: string | null): boolean =>
  a === null || (b !== null && [...b].every((c) => a.includes(c)));

/** What numbers at a branch's place may go on to: its branches that fit the cell. Each look costs a unit. */
function branchesFor<T>(
  { single, wide }: Tree<T>,
  cell: string | null,
  fits: (branch: string | null, cell: string | null) => boolean,
  budget: Budget,
): Tree<T>[] {
  const found: Tree<T>[] = [];
  if (cell?.length === 1) {
    const own = single.get(cell);
    if (own) found.push(own);
  } else for (const [branch, next] of single) if (fits(branch, cell)) found.push(next);
  for (const [branch, next] of wide) if (fits(branch, cell)) found.push(next);
  spend(budget, 2 + wide.size + (cell?.length === 1 ? 1 : single.size));
  return found;
}

/** Values that take some of the numbers. */
export function taking<T>(tree: Tree<T>, { cells, open }: Digits, budget: Budget): T[] {
  const found: T[] = [];
  const visit = (node: Tree<T>, at: number): void => {
    if (!spend(budget, 2)) return;
    for (const value of node.open) found.push(value);
    if (at === cells.length || (open && at > cells.length)) for (const value of node.closed) found.push(value);
    if (at >= cells.length && !open) return;
    for (const next of branchesFor(node, cells[at] ?? null, sharesAny, budget)) visit(next, at + 1);
  };
  visit(tree, 0);
  return found;
}

/** Whether a single value takes all of the numbers. */
export function isTaken<T>(tree: Tree<T>, { cells, open }: Digits, budget: Budget): boolean {
  const visit = (node: Tree<T>, at: number): boolean => {
    if (node.open.length > 0) return true;
    if (at === cells.length) return !open && node.closed.length > 0;
    return branchesFor(node, cells[at] ?? null, takesAll, budget).some((next) => visit(next, at + 1));
  };
  return visit(tree, 0);
}
