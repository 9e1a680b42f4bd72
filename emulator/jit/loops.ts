/** Natural loops: what can come back to a node that dominates it. */

import { dominates, dominatorTree } from './dominators.ts';
import type { Order, Predecessors } from './flow-graph.ts';

/** The loops of a graph, each known by its header, the node through which it is entered. */
export interface Loops {
  /** By node: the header of the innermost loop that it is in, its own if it is a header; -1 for none. */
  readonly innermost: Int32Array;
  /** By header: the header of the loop around its loop; -1 for none, and for what is no header. */
  readonly outer: Int32Array;
  /** By node: in how many loops it is. */
  readonly depths: Int32Array;
}

/** The loops; undefined if there is a cycle that can be entered in more than one place. */
export function naturalLoops(order: Order, { starts, sources }: Predecessors, dominators: Int32Array): Loops | undefined {
  const { nodes, positions } = order;
  const innermost = new Int32Array(positions.length).fill(-1);
  const outer = new Int32Array(positions.length).fill(-1);
  const depths = new Int32Array(positions.length);
  const tree = dominatorTree(order, dominators);
  const pending = new Int32Array(positions.length);
  // Inner headers come after outer ones, so from the last on every loop finds those inside it complete, and steps over them.
  for (let position = nodes.length - 1; position >= 0; position--) {
    const header = nodes[position]!;
    let count = 0;
    for (let index = starts[header]!; index < starts[header + 1]!; index++) {
      const source = sources[index]!;
      if (positions[source]! < position) continue;
      if (!dominates(tree, header, source)) return undefined;
      innermost[header] = header;
      count = enter(source, header, innermost, outer, pending, count);
    }
    while (count > 0) {
      const node = pending[--count]!;
      for (let index = starts[node]!; index < starts[node + 1]!; index++) {
        const source = sources[index]!;
        // What comes from behind closes the loop of `node`, which is inside.
        if (positions[source]! >= positions[node]!) continue;
        count = enter(source, header, innermost, outer, pending, count);
      }
    }
  }
  for (let position = 0; position < nodes.length; position++) {
    const node = nodes[position]!;
    const header = innermost[node]!;
    if (header < 0) continue;
    if (header !== node) depths[node] = depths[header]!;
    else depths[node] = outer[node]! < 0 ? 1 : depths[outer[node]!]! + 1;
  }
  return { innermost, outer, depths };
}

/** Puts a node, or the outermost loop known that it is in, into the loop; `pending` gets what was not there yet. */
function enter(
  node: number,
  header: number,
  innermost: Int32Array,
  outer: Int32Array,
  pending: Int32Array,
  count: number,
): number {
  let at = innermost[node]!;
  if (at < 0) {
    innermost[node] = header;
    pending[count] = node;
    return count + 1;
  }
  while (at !== header && outer[at]! >= 0) at = outer[at]!;
  if (at === header) return count;
  outer[at] = header;
  pending[count] = at;
  return count + 1;
}

/** Whether a node is in the loop of a header. */
export function isInLoop({ innermost, outer }: Loops, node: number, header: number): boolean {
  let at = innermost[node]!;
  while (at >= 0 && at !== header) at = outer[at]!;
  return at === header;
}

/** The nodes of a header's loop, those of the loops in it too, in the order given. */
export function nodesOfLoop(loops: Loops, { nodes }: Order, header: number): number[] {
  const result: number[] = [];
  for (let position = 0; position < nodes.length; position++) {
    const node = nodes[position]!;
    if (isInLoop(loops, node, header)) result.push(node);
  }
  return result;
}
