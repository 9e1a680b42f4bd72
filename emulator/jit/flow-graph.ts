/**
 * A control-flow graph: nodes 0 to count - 1, each with its successors in order. A node with two is a condition, one with more is a jump
 * through a table; the same successor may occur more than once. An edge is known by its index in `targets`, where the edges of node N are
 * those from starts[N] to before starts[N + 1].
 */

export class FlowGraph {
  readonly count: number;
  /** Where control begins. */
  readonly entry: number;
  /** count + 1 of them. */
  readonly starts: Int32Array;
  readonly targets: Int32Array;

  constructor(count: number, starts: Int32Array, targets: Int32Array, entry = 0) {
    this.count = count;
    this.starts = starts;
    this.targets = targets;
    this.entry = entry;
  }

  /** The graph whose nodes have these successors. */
  static of(successors: readonly (readonly number[])[]): FlowGraph {
    const starts = new Int32Array(successors.length + 1);
    let edges = 0;
    for (let node = 0; node < successors.length; node++) {
      edges += successors[node]!.length;
      starts[node + 1] = edges;
    }
    const targets = new Int32Array(edges);
    for (let node = 0; node < successors.length; node++) targets.set(successors[node]!, starts[node]!);
    return new FlowGraph(successors.length, starts, targets);
  }
}

/** The nodes that can be reached, so ordered that every edge goes forward but those that close a cycle. */
export interface Order {
  /** Nodes by position. */
  readonly nodes: Int32Array;
  /** Positions by node; -1 for what cannot be reached. */
  readonly positions: Int32Array;
}

/** The reverse postorder in which the first successor of a node comes as soon as it may. */
export function reversePostorder({ count, entry, starts, targets }: FlowGraph): Order {
  const positions = new Int32Array(count).fill(-1);
  // The edges of each node that are still to be followed; the last is followed first, so that the first one's node is finished last.
  const rest = starts.slice(1);
  const stack = new Int32Array(count);
  const finished = new Int32Array(count);
  let depth = 0;
  let length = 0;
  stack[depth++] = entry;
  positions[entry] = 0;
  while (depth > 0) {
    const node = stack[depth - 1]!;
    if (rest[node]! > starts[node]!) {
      const target = targets[--rest[node]!]!;
      if (positions[target]! < 0) {
        positions[target] = 0;
        stack[depth++] = target;
      }
      continue;
    }
    depth--;
    finished[length++] = node;
  }
  const nodes = finished.subarray(0, length).reverse();
  for (let position = 0; position < length; position++) positions[nodes[position]!] = position;
  return { nodes, positions };
}

/** The edges backwards: those into node N come from the nodes sources[starts[N]] to before sources[starts[N + 1]]. */
export interface Predecessors {
  readonly starts: Int32Array;
  readonly sources: Int32Array;
}

/** The predecessors that can be reached of each node, once for each edge. */
export function predecessorsOf({ count, starts, targets }: FlowGraph, { nodes }: Order): Predecessors {
  const into = new Int32Array(count + 1);
  for (let position = 0; position < nodes.length; position++) {
    const node = nodes[position]!;
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) into[targets[edge]!]!++;
  }
  let sum = 0;
  for (let node = 0; node <= count; node++) {
    sum += into[node]!;
    into[node] = sum;
  }
  // Filled from behind, which turns the ends into the starts.
  const sources = new Int32Array(sum);
  for (let position = nodes.length - 1; position >= 0; position--) {
    const node = nodes[position]!;
    for (let edge = starts[node + 1]! - 1; edge >= starts[node]!; edge--) sources[--into[targets[edge]!]!] = node;
  }
  return { starts: into, sources };
}
