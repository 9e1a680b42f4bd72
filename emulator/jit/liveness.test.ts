import { performance } from 'node:perf_hooks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FlowGraph, predecessorsOf, reversePostorder } from './flow-graph.ts';
import { type Effects, type Liveness, liveness } from './liveness.ts';

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

function solve(graph: FlowGraph, effects: Effects): Liveness {
  const order = reversePostorder(graph);
  return liveness(graph, order, predecessorsOf(graph, order), effects);
}

function randomGraph(random: (below: number) => number, count: number): number[][] {
  return Array.from({ length: count }, (_, node) =>
    Array.from({ length: random(8) === 0 ? 5 : random(3) }, () => Math.min(count - 1, Math.max(0, node - 3 + random(8)))),
  );
}

test('a value is live where a way leads to a use of it without a definition before', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = generator(seed);
    const count = 1 + random(25);
    const graph = randomGraph(random, count);
    const words = 1 + random(3);
    const bits = (): Int32Array => Int32Array.from({ length: count * words }, () => (random(0x10000) << 16) & (random(0x10000) << 16) | (random(0x10000) & random(0x10000)));
    const effects: Effects = seed % 3 === 0 ? { words, uses: bits(), definitions: bits() } : { words, uses: bits(), definitions: bits(), leaving: bits() };
    const flow = FlowGraph.of(graph);
    const { positions } = reversePostorder(flow);
    const { liveIn, liveOut } = solve(flow, effects);
    const has = (set: Int32Array | undefined, node: number, bit: number): boolean =>
      set !== undefined && ((set[node * words + (bit >> 5)]! >> (bit & 31)) & 1) !== 0;
    for (let bit = 0; bit < words * 32; bit += 3) {
      /** Looks along all ways from what is behind a node. */
      const isRead = (from: number): boolean => {
        const seen = new Set<number>();
        const behind = [from];
        while (behind.length > 0) {
          const node = behind.pop()!;
          if (has(effects.leaving, node, bit)) return true;
          for (const target of graph[node]!) {
            if (seen.has(target)) continue;
            seen.add(target);
            if (has(effects.uses, target, bit)) return true;
            if (!has(effects.definitions, target, bit)) behind.push(target);
          }
        }
        return false;
      };
      for (let node = 0; node < count; node++) {
        const out = positions[node]! >= 0 && isRead(node);
        const before = positions[node]! >= 0 && (has(effects.uses, node, bit) || (out && !has(effects.definitions, node, bit)));
        if (has(liveOut, node, bit) !== out) assert.unreachable(`${seed}: bit ${bit} behind ${node}`);
        if (has(liveIn, node, bit) !== before) assert.unreachable(`${seed}: bit ${bit} before ${node}`);
      }
    }
  }
});

test('flags of a loop', () => {
  // 1 tests what 0 or 2 have set; 3 leaves with all flags defined anew but for the highest.
  const { liveIn, liveOut } = solve(FlowGraph.of([[1], [2, 3], [1], []]), {
    words: 1,
    uses: Int32Array.of(0, 1, 0, 0),
    definitions: Int32Array.of(-1, 0, 1, 0x7fffffff),
    leaving: Int32Array.of(0, 0, 0, -1),
  });
  assert.equal([...liveIn], [0, -0x7fffffff, -0x80000000, -0x80000000]);
  assert.equal([...liveOut], [-0x7fffffff, -0x80000000, -0x7fffffff, -1]);
});

test('a long chain takes one sweep', () => {
  const count = 100000;
  const graph = FlowGraph.of(Array.from({ length: count }, (_, node) => (node < count - 1 ? [node + 1, Math.max(0, node - 50)] : [])));
  const order = reversePostorder(graph);
  const predecessors = predecessorsOf(graph, order);
  const effects = { words: 2, uses: new Int32Array(count * 2), definitions: new Int32Array(count * 2) };
  effects.uses[count * 2 - 1] = 4;
  const start = performance.now();
  const { liveIn } = liveness(graph, order, predecessors, effects);
  console.log(`liveness: ${(((performance.now() - start) * 1000) / count).toFixed(3)} us a node`);
  assert.equal([...liveIn.subarray(0, 2)], [0, 4]);
});

test.run();
