/**
 * Which values are read later: bits (registers, flags) that flow backward through a graph. The sets of node N are the `words` words of an
 * array from N * words on.
 */

import type { FlowGraph, Order, Predecessors } from './flow-graph.ts';

/** What is live before and behind each node; nothing, where it cannot be reached. */
export interface Liveness {
  readonly liveIn: Int32Array;
  readonly liveOut: Int32Array;
}

/** What each node does with the values. */
export interface Effects {
  /** Words of a set. */
  readonly words: number;
  /** What is read before it is written in the node. */
  readonly uses: Int32Array;
  /** What is written whatever happens in the node. */
  readonly definitions: Int32Array;
  /** What is read behind the node by others than its successors: where the graph is left. */
  readonly leaving?: Int32Array;
}

/** The least sets with liveOut = leaving + liveIn of the successors, and liveIn = uses + liveOut - definitions. */
export function liveness(graph: FlowGraph, order: Order, predecessors: Predecessors, effects: Effects): Liveness {
  const { count, starts, targets } = graph;
  const { words, uses, definitions, leaving } = effects;
  const { nodes, positions } = order;
  const liveIn = new Int32Array(count * words);
  const liveOut = leaving ? leaving.slice() : new Int32Array(count * words);
  // By position: whether the node has to be looked at. Sweeps go from the last on, so that but for cycles one is enough.
  const pending = new Uint8Array(nodes.length).fill(1);
  let left = nodes.length;
  while (left > 0) {
    for (let position = nodes.length - 1; position >= 0; position--) {
      if (pending[position] === 0) continue;
      pending[position] = 0;
      left--;
      const node = nodes[position]!;
      const base = node * words;
      let changed = 0;
      for (let word = 0; word < words; word++) {
        let out = liveOut[base + word]!;
        for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) out |= liveIn[targets[edge]! * words + word]!;
        liveOut[base + word] = out;
        const before = uses[base + word]! | (out & ~definitions[base + word]!);
        changed |= before ^ liveIn[base + word]!;
        liveIn[base + word] = before;
      }
      if (changed === 0) continue;
      for (let index = predecessors.starts[node]!; index < predecessors.starts[node + 1]!; index++) {
        const source = positions[predecessors.sources[index]!]!;
        if (pending[source] !== 0) continue;
        pending[source] = 1;
        left++;
      }
    }
  }
  if (leaving) {
    // What cannot be reached was not looked at.
    for (let node = 0; node < count; node++) if (positions[node]! < 0) liveOut.fill(0, node * words, (node + 1) * words);
  }
  return { liveIn, liveOut };
}
