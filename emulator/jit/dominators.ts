/** Dominators, as in "A Simple, Fast Dominance Algorithm" (Cooper, Harvey, Kennedy 2001). */

import type { Order, Predecessors } from './flow-graph.ts';

/**
 * The immediate dominator of each node: the last node that every way to it leads through. The entry, and what cannot be reached, have
 * none: -1.
 */
export function immediateDominators({ nodes, positions }: Order, { starts, sources }: Predecessors): Int32Array {
  // Worked out by position, where a dominator is always less; -1 is not known yet.
  const dominators = new Int32Array(nodes.length).fill(-1);
  dominators[0] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (let position = 1; position < nodes.length; position++) {
      const node = nodes[position]!;
      let common = -1;
      for (let index = starts[node]!; index < starts[node + 1]!; index++) {
        let other = positions[sources[index]!]!;
        if (dominators[other]! < 0) continue;
        if (common < 0) {
          common = other;
          continue;
        }
        while (common !== other) {
          while (other > common) other = dominators[other]!;
          while (common > other) common = dominators[common]!;
        }
      }
      if (dominators[position] === common) continue;
      dominators[position] = common;
      changed = true;
    }
  }
  const result = new Int32Array(positions.length).fill(-1);
  for (let position = 1; position < nodes.length; position++) result[nodes[position]!] = nodes[dominators[position]!]!;
  return result;
}

/** The dominator tree, numbered so that what a node dominates, itself included, has the `sizes` numbers from its own on. */
export interface DominatorTree {
  readonly numbers: Int32Array;
  readonly sizes: Int32Array;
}

/** Numbers the tree of immediate dominators; what cannot be reached has no meaning in it. */
export function dominatorTree({ nodes }: Order, dominators: Int32Array): DominatorTree {
  const sizes = new Int32Array(dominators.length).fill(1);
  for (let position = nodes.length - 1; position > 0; position--) {
    const node = nodes[position]!;
    sizes[dominators[node]!]! += sizes[node]!;
  }
  const numbers = new Int32Array(dominators.length);
  // The number that the next child of each node gets.
  const free = new Int32Array(dominators.length);
  for (let position = 0; position < nodes.length; position++) {
    const node = nodes[position]!;
    if (position > 0) {
      const parent = dominators[node]!;
      numbers[node] = free[parent]!;
      free[parent]! += sizes[node]!;
    }
    free[node] = numbers[node]! + 1;
  }
  return { numbers, sizes };
}

/** Whether every way to `node` leads through `by`. */
export function dominates({ numbers, sizes }: DominatorTree, by: number, node: number): boolean {
  const distance = numbers[node]! - numbers[by]!;
  return distance >= 0 && distance < sizes[by]!;
}
