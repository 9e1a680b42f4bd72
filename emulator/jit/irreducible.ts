/**
 * Cycles with several entries are given a single one: a dispatcher, a node that branches by a selector to the nodes that were entries.
 * Edges into these from outside the cycle, and those that close it, set the selector and go to the dispatcher; all else stays as it is, so
 * that only what is irreducible pays. What is left inside is done again, until every cycle has one entry.
 *
 * An edge of a node that has others cannot set the selector by itself. It leads to a relay, a node with one edge, which does.
 */

import { FlowGraph, type Order } from './flow-graph.ts';

/** A graph without irreducible cycles. Nodes and edges of the graph that it was made from keep their numbers; others follow. */
export interface ReducibleGraph {
  readonly graph: FlowGraph;
  /** How many nodes are the original ones. */
  readonly originals: number;
  /** By edge: what the selector has to be set to, -1 for nothing. A dispatcher branches to its first successor for 0, and so on. */
  readonly selectors: Int32Array;
  /** By edge: the node of the original graph that control is on its way to. */
  readonly goals: Int32Array;
}

/** The edges of a graph that changes. The fields of an edge have its index, those of a node the node's. */
interface Draft {
  readonly starts: number[];
  readonly sources: number[];
  readonly targets: number[];
  readonly selectors: number[];
  readonly goals: number[];
  /** Edges that lead back to the one entry of a cycle: they are not followed when the cycles inside are looked for. */
  readonly closing: boolean[];
}

/** The components by node, -1 for nodes that are in no cycle with others, and how many there are: Tarjan 1972. */
function components({ starts, targets, closing }: Draft): { readonly component: Int32Array; readonly count: number } {
  const nodes = starts.length - 1;
  const component = new Int32Array(nodes).fill(-1);
  const numbers = new Int32Array(nodes);
  const lows = new Int32Array(nodes);
  const cursors = Int32Array.from(starts);
  const open = new Uint8Array(nodes);
  const path: number[] = [];
  const waiting: number[] = [];
  let number = 0;
  let count = 0;
  for (let root = 0; root < nodes; root++) {
    if (numbers[root]! !== 0) continue;
    path.push(root);
    while (path.length > 0) {
      const node = path[path.length - 1]!;
      if (numbers[node] === 0) {
        numbers[node] = lows[node] = ++number;
        open[node] = 1;
        waiting.push(node);
      }
      const edge = cursors[node]!;
      if (edge < starts[node + 1]!) {
        cursors[node] = edge + 1;
        const target = targets[edge]!;
        if (closing[edge]) continue;
        if (numbers[target] === 0) path.push(target);
        else if (open[target]! !== 0) lows[node] = Math.min(lows[node]!, numbers[target]!);
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) lows[parent] = Math.min(lows[parent]!, lows[node]!);
      if (lows[node] !== numbers[node]) continue;
      const several = waiting[waiting.length - 1] !== node;
      for (;;) {
        const member = waiting.pop()!;
        open[member] = 0;
        if (several) component[member] = count;
        if (member === node) break;
      }
      if (several) count++;
    }
  }
  return { component, count };
}

function addEdge(draft: Draft, source: number, target: number, selector: number, goal: number): void {
  draft.sources.push(source);
  draft.targets.push(target);
  draft.selectors.push(selector);
  draft.goals.push(goal);
  draft.closing.push(false);
}

/** Makes a graph reducible. `order` is its reverse postorder. */
export function makeReducible(original: FlowGraph, { nodes: ordered, positions }: Order): ReducibleGraph {
  const reached = ordered.length;
  const edges = original.targets.length;
  const draft: Draft = {
    starts: [...original.starts],
    sources: new Array<number>(edges),
    targets: [...original.targets],
    selectors: new Array<number>(edges).fill(-1),
    goals: [...original.targets],
    closing: new Array<boolean>(edges).fill(false),
  };
  const { starts, sources, targets, selectors, goals, closing } = draft;
  for (let node = 0; node < original.count; node++) {
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      sources[edge] = node;
      // What cannot be reached enters nothing.
      if (positions[node]! < 0) closing[edge] = true;
    }
  }
  let entry = original.entry;
  // By node: what selects it at the dispatcher that is being put before it, and the relay to that of the node that is being looked at.
  const selected = new Int32Array(original.count);
  const relays = new Int32Array(original.count);
  const relayOf = new Int32Array(original.count);

  for (;;) {
    const { component, count } = components(draft);
    if (count === 0) break;
    const present = targets.length;
    const entered = new Uint8Array(original.count);
    if (entry < original.count) entered[entry] = 1;
    for (let edge = 0; edge < present; edge++) {
      const target = targets[edge]!;
      const source = sources[edge]!;
      if (component[target]! < 0 || component[source] === component[target]) continue;
      if (source >= original.count || positions[source]! >= 0) entered[target] = 1;
    }
    const entries: number[][] = Array.from({ length: count }, () => []);
    for (let position = 0; position < reached; position++) {
      const node = ordered[position]!;
      if (component[node]! >= 0 && entered[node] !== 0) entries[component[node]!]!.push(node);
    }

    const dispatchers = new Int32Array(count).fill(-1);
    for (let index = 0; index < count; index++) {
      const heads = entries[index]!;
      if (heads.length < 2) continue;
      const dispatcher = starts.length - 1;
      dispatchers[index] = dispatcher;
      for (let selector = 0; selector < heads.length; selector++) {
        const head = heads[selector]!;
        selected[head] = selector;
        addEdge(draft, dispatcher, head, -1, head);
        // The entry is the first in the order, so that it is what a selector of 0 means, which nobody has to set.
        if (head === entry) entry = dispatcher;
      }
      starts.push(targets.length);
    }

    relayOf.fill(-1);
    for (let edge = 0; edge < present; edge++) {
      const source = sources[edge]!;
      const target = targets[edge]!;
      const inside = component[target]!;
      if (inside < 0 || entered[target] === 0 || (source < original.count && positions[source]! < 0)) continue;
      const within = component[source] === inside;
      const dispatcher = dispatchers[inside]!;
      if (dispatcher < 0) {
        if (within) closing[edge] = true;
        continue;
      }
      if (within && (source === target || positions[source]! < positions[target]!)) continue;
      if (starts[source + 1]! - starts[source]! === 1) {
        targets[edge] = dispatcher;
        selectors[edge] = selected[target]!;
        closing[edge] = within;
        continue;
      }
      if (relayOf[target] !== source) {
        relayOf[target] = source;
        relays[target] = starts.length - 1;
        addEdge(draft, starts.length - 1, dispatcher, selected[target]!, target);
        if (within) closing[targets.length - 1] = true;
        starts.push(targets.length);
      }
      targets[edge] = relays[target]!;
    }
  }

  return {
    graph: new FlowGraph(starts.length - 1, Int32Array.from(starts), Int32Array.from(targets), entry),
    originals: original.count,
    selectors: Int32Array.from(selectors),
    goals: Int32Array.from(goals),
  };
}
