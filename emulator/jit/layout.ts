/**
 * In which order the nodes of a reducible graph are written, and where the blocks and loops around them open and end, as in "Beyond
 * Relooper" (Ramsey 2022) from the dominator tree: what a node dominates alone is written behind it, and inside the blocks whose ends lead
 * to the rest. Unlike there, what is behind a loop is written behind its end, so that loops that follow each other do not nest.
 */

import type { FlowGraph, Order, Predecessors } from './flow-graph.ts';
import { isInLoop, type Loops } from './loops.ts';

export const NODE = 0;
export const OPEN_BLOCK = 1;
export const OPEN_LOOP = 2;
export const END = 3;

/** Where blocks nest deeper than this, the smaller of two branches is written first, which keeps the larger from nesting. */
const DEEP = 40;

/** Pairs of words: one of the four above, and the node. A block or loop is that of a node: its end, or its start, is where the node is. */
export interface Layout {
  readonly steps: Int32Array;
  readonly length: number;
}

/**
 * The node at which the blocks are opened that lead to each node, which is its dominator, or the header of the outermost loop that is left
 * on the way; `behind` says which. -1 for the first node.
 */
function placements(
  { nodes }: Order,
  dominators: Int32Array,
  loops: Loops,
  behind: Uint8Array,
): Int32Array {
  const parents = new Int32Array(dominators.length).fill(-1);
  for (let position = 1; position < nodes.length; position++) {
    const node = nodes[position]!;
    let parent = dominators[node]!;
    for (let header = loops.innermost[parent]!; header >= 0 && !isInLoop(loops, node, header); header = loops.outer[header]!) {
      parent = header;
      behind[node] = 1;
    }
    parents[node] = parent;
  }
  return parents;
}

/** Lays out a graph with a block for each node that may need one. */
export function layOut(graph: FlowGraph, order: Order, predecessors: Predecessors, dominators: Int32Array, loops: Loops): Layout {
  const { count, starts, targets } = graph;
  const { nodes, positions } = order;
  const behind = new Uint8Array(count);
  const parents = placements(order, dominators, loops, behind);
  const sizes = new Int32Array(count).fill(1);
  // Lists of those placed at a node, the last in the order first: the order in which their blocks are opened.
  const next = new Int32Array(count).fill(-1);
  const firstInside = new Int32Array(count).fill(-1);
  const firstBehind = new Int32Array(count).fill(-1);
  for (let position = nodes.length - 1; position > 0; position--) sizes[parents[nodes[position]!]!]! += sizes[nodes[position]!]!;
  for (let position = 1; position < nodes.length; position++) {
    const node = nodes[position]!;
    const list = behind[node]! !== 0 ? firstBehind : firstInside;
    next[node] = list[parents[node]!]!;
    list[parents[node]!] = node;
  }

  /** Whether a successor may follow its node without a block: no other edge leads to it but those that close its loop. */
  const mayFollow = (node: number, target: number): boolean => {
    if (parents[target] !== node || behind[target]! !== 0) return false;
    let edges = 0;
    for (let index = predecessors.starts[target]!; index < predecessors.starts[target + 1]!; index++) {
      if (positions[predecessors.sources[index]!]! < positions[target]!) edges++;
    }
    return edges === 1;
  };
  let depth = 0;
  const follower = (node: number): number => {
    const first = starts[node]!;
    const successors = starts[node + 1]! - first;
    if (successors === 0 || successors > 2) return -1;
    const fallsThrough = mayFollow(node, targets[first]!) ? targets[first]! : -1;
    if (successors === 1 || (fallsThrough >= 0 && depth < DEEP)) return fallsThrough;
    const branch = mayFollow(node, targets[first + 1]!) ? targets[first + 1]! : -1;
    if (fallsThrough < 0 || branch < 0) return Math.max(fallsThrough, branch);
    return sizes[branch]! < sizes[fallsThrough]! ? branch : fallsThrough;
  };

  const steps = new Int32Array(nodes.length * 10);
  let length = 0;
  const step = (kind: number, node: number): void => {
    steps[length++] = kind;
    steps[length++] = node;
  };
  // What is still to be done, the next on top: nodes to be visited, and ends of the blocks and loops of nodes.
  const pending = new Int32Array(nodes.length * 6 + 2);
  let top = 0;
  const push = (kind: number, node: number): void => {
    pending[top++] = kind;
    pending[top++] = node;
  };
  push(NODE, nodes[0]!);
  while (top > 0) {
    const node = pending[--top]!;
    const kind = pending[--top]!;
    if (kind === END) {
      step(END, node);
      depth--;
      continue;
    }
    for (let other = firstBehind[node]!; other >= 0; other = next[other]!) {
      step(OPEN_BLOCK, other);
      push(NODE, other);
      push(END, other);
      depth++;
    }
    if (loops.innermost[node] === node) {
      step(OPEN_LOOP, node);
      push(END, node);
      depth++;
    }
    const following = follower(node);
    for (let other = firstInside[node]!; other >= 0; other = next[other]!) {
      if (other === following) continue;
      step(OPEN_BLOCK, other);
      push(NODE, other);
      push(END, other);
      depth++;
    }
    step(NODE, node);
    if (following >= 0) push(NODE, following);
  }
  return { steps, length };
}
