/**
 * From a control-flow graph to the structured control flow of WebAssembly: a plan that is written in one pass. All transfers are branches
 * to labels; where control falls through, nothing is written. Whoever writes it
 *
 *     OPEN_BLOCK, OPEN_LOOP label   opens a block or a loop, and remembers it as that label
 *     END label                     ends it
 *     NODE node                     writes the node's code, then its edges
 *
 * The edges of a node are those of `graph`, in the order given there. For each, `labels` has the label to branch to, or FALLS_THROUGH: then
 * the edge needs nothing but that control reaches the end of what is written for the node. Of a node with more than two edges none falls
 * through. `isBack` tells the edges that come back to a loop's start: where to ask whether to go on.
 *
 * Nodes from `originals` on were added (irreducible.ts). Each has no code of its own but for its edges. One with several is a dispatcher: it
 * branches to its edge I if the selector, a local variable that is 0 at first, is I. One with one is a relay. An edge with a `selectors` of
 * 0 or more sets the selector to that before it is gone; only nodes with a single edge have such.
 */

import { immediateDominators } from './dominators.ts';
import { FlowGraph, type Order, predecessorsOf, reversePostorder } from './flow-graph.ts';
import { makeReducible } from './irreducible.ts';
import { END, layOut, NODE, OPEN_BLOCK, OPEN_LOOP } from './layout.ts';
import { type Loops, naturalLoops } from './loops.ts';

/** The label of an edge that falls through. */
export const FALLS_THROUGH = -1;

/** How a graph is written. */
export interface Plan {
  /** Pairs of words: NODE, OPEN_BLOCK, OPEN_LOOP or END, and a node or a label. */
  readonly steps: Int32Array;
  /** How many labels there are; they are numbered in the order in which they are opened. */
  readonly labelCount: number;
  /** The graph that is written: the one given, or one that has more nodes and edges behind those of the one given. */
  readonly graph: FlowGraph;
  readonly originals: number;
  /** By edge, a label or FALLS_THROUGH. */
  readonly labels: Int32Array;
  /** By edge, 1 where it comes back to the start of a loop. */
  readonly isBack: Uint8Array;
  /** By edge, what the selector is to be set to, or -1. */
  readonly selectors: Int32Array;
  /** By edge, the original node that control is on its way to. */
  readonly goals: Int32Array;
  /** Of the graph that is written: its order, its dominators, its loops. */
  readonly order: Order;
  readonly dominators: Int32Array;
  readonly loops: Loops;
}

/** Plans how to write a graph. Nodes that cannot be reached are left out. */
export function structure(original: FlowGraph): Plan {
  let graph = original;
  let selectors: Int32Array | undefined;
  let goals = graph.targets;
  let order = reversePostorder(graph);
  let predecessors = predecessorsOf(graph, order);
  let dominators = immediateDominators(order, predecessors);
  let loops = naturalLoops(order, predecessors, dominators);
  if (!loops) {
    ({ graph, selectors, goals } = makeReducible(original, order));
    order = reversePostorder(graph);
    predecessors = predecessorsOf(graph, order);
    dominators = immediateDominators(order, predecessors);
    loops = naturalLoops(order, predecessors, dominators);
    if (!loops) throw new Error('a cycle with several entries is left');
  }
  selectors ??= new Int32Array(graph.targets.length).fill(-1);
  const { steps, length } = layOut(graph, order, predecessors, dominators, loops);

  const { starts, targets } = graph;
  const { nodes, positions } = order;
  // By node: the node that is written behind it.
  const behind = new Int32Array(graph.count).fill(-1);
  let last = -1;
  for (let at = 0; at < length; at += 2) {
    if (steps[at] !== NODE) continue;
    if (last >= 0) behind[last] = steps[at + 1]!;
    last = steps[at + 1]!;
  }
  const labels = new Int32Array(targets.length).fill(FALLS_THROUGH);
  const isBack = new Uint8Array(targets.length);
  // Which blocks are branched to; the label once they are open.
  const blocks = new Int32Array(graph.count).fill(-1);
  const loopLabels = new Int32Array(graph.count).fill(-1);
  for (let position = 0; position < nodes.length; position++) {
    const node = nodes[position]!;
    const several = starts[node + 1]! - starts[node]! > 2;
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      const target = targets[edge]!;
      if (positions[target]! <= position) isBack[edge] = 1;
      else if (several || behind[node] !== target) blocks[target] = 0;
    }
  }

  let written = 0;
  let labelCount = 0;
  // Ends tell the node alone; a loop ends only once all in it has, and before the block that is around it.
  const open = new Int32Array(length);
  let depth = 0;
  for (let at = 0; at < length; at += 2) {
    const kind = steps[at]!;
    const node = steps[at + 1]!;
    let value = node;
    if (kind === OPEN_BLOCK || kind === OPEN_LOOP) {
      if (kind === OPEN_BLOCK && blocks[node]! < 0) value = -1;
      else {
        value = labelCount++;
        (kind === OPEN_BLOCK ? blocks : loopLabels)[node] = value;
      }
      open[depth++] = value;
    } else if (kind === END) value = open[--depth]!;
    if (value < 0) continue;
    steps[written++] = kind;
    steps[written++] = value;
  }

  for (let position = 0; position < nodes.length; position++) {
    const node = nodes[position]!;
    const several = starts[node + 1]! - starts[node]! > 2;
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      const target = targets[edge]!;
      if (isBack[edge]! !== 0) labels[edge] = loopLabels[target]!;
      else if (several || behind[node] !== target) labels[edge] = blocks[target]!;
    }
  }
  return {
    steps: steps.subarray(0, written),
    labelCount,
    graph,
    originals: original.count,
    labels,
    isBack,
    selectors,
    goals,
    order,
    dominators,
    loops,
  };
}
