import { performance } from 'node:perf_hooks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wasm } from '../wasm/engine.ts';
import type { FunctionBuilder, Label } from '../wasm/function-builder.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import { I32, Op } from '../wasm/opcodes.ts';
import { dominates, dominatorTree, immediateDominators } from './dominators.ts';
import { FlowGraph, predecessorsOf, reversePostorder } from './flow-graph.ts';
import { END, NODE, OPEN_BLOCK, OPEN_LOOP } from './layout.ts';
import { isInLoop, naturalLoops, nodesOfLoop } from './loops.ts';
import { FALLS_THROUGH, type Plan, structure } from './structure.ts';

/** The same numbers on every run. */
function generator(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof generator>;

/** Any graph: self loops, edges that occur twice, nodes that nothing leads to, cycles with several entries. */
function anyGraph(random: Random, count: number): number[][] {
  const far = 1 + random(count);
  return Array.from({ length: count }, (_, node) => {
    const kind = random(12);
    const successors = kind < 1 ? 0 : kind < 5 ? 1 : kind < 11 ? 2 : 3 + random(6);
    return Array.from({ length: successors }, () => {
      const near = node - (far >> 1) + random(far + 2);
      return near >= 0 && near < count && random(8) > 0 ? near : random(count);
    });
  });
}

/** A graph as compilers make them, of nested statements, with a few jumps into the middle of others. */
function programGraph(random: Random, size: number, jumps: number): number[][] {
  const graph: number[][] = [];
  const node = (...successors: number[]): number => graph.push(successors) - 1;
  /** Gives the first node of what does `length` things and goes on with `after`. */
  const statement = (length: number, after: number, exits: readonly number[]): number => {
    if (length <= 1) return random(6) === 0 && exits.length > 0 ? node(after, exits[random(exits.length)]!) : node(after);
    const half = 1 + random(length - 1);
    switch (random(5)) {
      case 0:
      case 1:
        return statement(half, statement(length - half, after, exits), exits);
      case 2:
        return node(statement(half, after, exits), statement(length - half, after, exits));
      case 3: {
        const head = node();
        graph[head]!.push(statement(length - 1, head, [...exits, after, head]), after);
        return head;
      }
      default: {
        const arms = Array.from({ length: 3 + random(5) }, () => statement(1 + Math.floor(length / 6), after, exits));
        return node(...arms, arms[0]!, after);
      }
    }
  };
  const last = node();
  const first = statement(size, last, [last]);
  const entry = node(first);
  for (let jump = 0; jump < jumps; jump++) {
    const from = graph[random(graph.length)]!;
    if (from.length > 0) from[random(from.length)] = random(graph.length);
  }
  // The entry is node 0.
  [graph[0], graph[entry]] = [graph[entry]!, graph[0]!];
  const swapped = (at: number): number => (at === 0 ? entry : at === entry ? 0 : at);
  return graph.map((successors) => successors.map(swapped));
}

const graphs: (readonly [string, number[][]])[] = [];
for (let seed = 1; seed <= 3000; seed++) {
  const random = generator(seed);
  graphs.push([`any ${seed}`, anyGraph(random, 1 + random(seed < 2000 ? 12 : 60))]);
  graphs.push([`program ${seed}`, programGraph(random, 1 + random(60), seed % 3 === 0 ? random(4) : 0)]);
}

/** The nodes that a walk visits: `tape` decides where there is a choice. */
function walkGraph(graph: readonly (readonly number[])[], tape: Int32Array): number[] {
  const visited: number[] = [];
  let node = 0;
  for (let at = 0; at < tape.length; at++) {
    visited.push(node);
    const successors = graph[node]!;
    if (successors.length === 0) break;
    node = successors[tape[at]! % successors.length]!;
  }
  return visited;
}

/** The same by the plan, with WebAssembly's rules. */
function walkPlan(plan: Plan, tape: Int32Array): number[] {
  const { steps, labels, graph, isBack, selectors, goals, originals } = plan;
  const { starts, targets } = graph;
  const ends = new Int32Array(plan.labelCount);
  const begins = new Int32Array(plan.labelCount);
  const visited: number[] = [];
  const open: number[] = [];
  for (let at = 0; at < steps.length; at += 2) {
    const label = steps[at + 1]!;
    if (steps[at] === OPEN_BLOCK || steps[at] === OPEN_LOOP) {
      begins[label] = at;
      open.push(label);
    } else if (steps[at] === END) {
      assert.is(open.pop(), label, 'ends are of what was opened last');
      ends[label] = at;
    }
  }
  assert.is(open.length, 0);
  let selector = 0;
  let expected = graph.entry;
  let at = 0;
  for (let step = 0; ; at += 2) {
    assert.ok(at < steps.length, 'it falls out of the end');
    const value = steps[at + 1]!;
    if (steps[at] === OPEN_BLOCK || steps[at] === OPEN_LOOP) open.push(value);
    else if (steps[at] === END) open.pop();
    else {
      if (value !== expected) assert.unreachable(`at ${value}, not at ${expected}`);
      const first = starts[value]!;
      const count = starts[value + 1]! - first;
      let choice = 0;
      if (value < originals) {
        visited.push(value);
        if (count === 0) return visited;
        choice = tape[step++]! % count;
        if (step === tape.length) return visited;
      } else if (count > 1) choice = selector;
      assert.ok(choice < count);
      const edge = first + choice;
      expected = targets[edge]!;
      if (selectors[edge]! >= 0) {
        assert.is(count, 1);
        selector = selectors[edge]!;
      }
      if (expected < originals) assert.is(goals[edge], expected);
      const label = labels[edge]!;
      if (label === FALLS_THROUGH) {
        assert.is(isBack[edge], 0);
        assert.ok(count <= 2);
        continue;
      }
      const depth = open.indexOf(label);
      assert.ok(depth >= 0, 'only what is open is branched to');
      const isLoop = steps[begins[label]!] === OPEN_LOOP;
      assert.is(isBack[edge], isLoop ? 1 : 0);
      open.length = isLoop ? depth + 1 : depth;
      at = isLoop ? begins[label]! : ends[label]!;
    }
  }
}

function tapeOf(random: Random, length: number): Int32Array {
  return Int32Array.from({ length }, () => random(1 << 20));
}

function irreducible(graph: FlowGraph): boolean {
  const order = reversePostorder(graph);
  const predecessors = predecessorsOf(graph, order);
  return naturalLoops(order, predecessors, immediateDominators(order, predecessors)) === undefined;
}

test('plans visit what the graphs do', () => {
  let added = 0;
  for (const [index, [name, graph]] of graphs.entries()) {
    const flow = FlowGraph.of(graph);
    const plan = structure(flow);
    assert.is(plan.graph.count > graph.length, irreducible(flow), `${name}: only what is irreducible gets more nodes`);
    if (plan.graph.count > graph.length) added++;
    const random = generator(index);
    for (let walk = 0; walk < 6; walk++) {
      const tape = tapeOf(random, 10 + random(200));
      assert.equal(walkPlan(plan, tape), walkGraph(graph, tape), name);
    }
  }
  assert.ok(added > 500 && added < graphs.length / 2, `${added} irreducible`);
});

/** Writes each node as a call of `visit`, whose result decides where to go: -1 leaves. */
function writePlan(plan: Plan, code: FunctionBuilder, visit: number): void {
  const { starts } = plan.graph;
  const selector = code.local(I32);
  const choice = code.local(I32);
  const labels: Label[] = [];
  const leave = code.block();
  const go = (edge: number): void => {
    if (plan.selectors[edge]! >= 0) {
      code.i32(plan.selectors[edge]!);
      code.set(selector);
    }
    if (plan.labels[edge]! !== FALLS_THROUGH) code.br(labels[plan.labels[edge]!]!);
  };
  for (let at = 0; at < plan.steps.length; at += 2) {
    const value = plan.steps[at + 1]!;
    switch (plan.steps[at]) {
      case OPEN_BLOCK:
        labels[value] = code.block();
        continue;
      case OPEN_LOOP:
        labels[value] = code.loop();
        continue;
      case END:
        code.end(labels[value]!);
        continue;
    }
    const first = starts[value]!;
    const end = starts[value + 1]!;
    if (value < plan.originals) {
      code.i32(value);
      code.i32(end - first);
      code.call(visit);
      code.tee(choice);
      code.i32(0);
      code.op(Op.i32LtS);
      code.brIf(leave);
    } else if (end - first > 1) {
      code.get(selector);
      code.set(choice);
    }
    if (end === first) code.br(leave);
    else if (end - first === 1) go(first);
    else if (end - first === 2) {
      if (plan.labels[first + 1]! === FALLS_THROUGH) {
        if (plan.labels[first]! === FALLS_THROUGH) continue;
        code.get(choice);
        code.op(Op.i32Eqz);
        code.brIf(labels[plan.labels[first]!]!);
      } else {
        code.get(choice);
        code.brIf(labels[plan.labels[first + 1]!]!);
        go(first);
      }
    } else {
      const arms = Array.from(plan.labels.subarray(first, end), (label) => labels[label]!);
      code.get(choice);
      code.brTable(arms, arms[0]!);
    }
  }
  code.op(Op.unreachable);
  code.end(leave);
}

test('plans are valid WebAssembly, and run as the graphs do', () => {
  const chosen = graphs.filter((_, index) => index % 4 === 0);
  const module = new ModuleBuilder();
  const type = module.type([], []);
  const visitType = module.type([I32, I32], [I32]);
  const visit = module.importFunction('test', 'visit', visitType);
  for (const [index, [, graph]] of chosen.entries()) {
    const { number, code } = module.function(type);
    writePlan(structure(FlowGraph.of(graph)), code, visit);
    module.export('function', `f${index}`, number);
  }
  let visited: number[] = [];
  let tape: Int32Array = new Int32Array(0);
  const instance = new wasm.Instance(new wasm.Module(module.encode()), {
    test: {
      visit: (node: number, successors: number): number => {
        const at = visited.push(node) - 1;
        return successors === 0 || at === tape.length - 1 ? -1 : tape[at]! % successors;
      },
    },
  });
  for (const [index, [name, graph]] of chosen.entries()) {
    const random = generator(index);
    for (let walk = 0; walk < 4; walk++) {
      visited = [];
      tape = tapeOf(random, 10 + random(100));
      (instance.exports[`f${index}`] as () => void)();
      assert.equal(visited, walkGraph(graph, tape), name);
    }
  }
});

test('dominators are the nodes without which others cannot be reached', () => {
  for (const [name, graph] of graphs.filter(([, { length }], index) => length < 30 && index % 3 === 0)) {
    const flow = FlowGraph.of(graph);
    const order = reversePostorder(flow);
    const tree = dominatorTree(order, immediateDominators(order, predecessorsOf(flow, order)));
    const reach = (without: number): Set<number> => {
      const reached = new Set<number>();
      const pending = without === 0 ? [] : [0];
      while (pending.length > 0) {
        const node = pending.pop()!;
        if (node === without || reached.has(node)) continue;
        reached.add(node);
        pending.push(...graph[node]!);
      }
      return reached;
    };
    const all = reach(-1);
    assert.equal([...order.nodes].sort((a, b) => a - b), [...all].sort((a, b) => a - b));
    for (let node = 0; node < graph.length; node++) assert.is(order.positions[node]! >= 0, all.has(node));
    for (const by of all) {
      const others = reach(by);
      for (const node of all) {
        if (dominates(tree, by, node) === others.has(node)) assert.unreachable(`${name}: ${by} ${node}`);
      }
    }
  }
});

test('loops are what comes back to its header', () => {
  let count = 0;
  for (const [name, graph] of graphs) {
    if (graph.length > 40) continue;
    const flow = FlowGraph.of(graph);
    const order = reversePostorder(flow);
    const predecessors = predecessorsOf(flow, order);
    const dominators = immediateDominators(order, predecessors);
    const loops = naturalLoops(order, predecessors, dominators);
    if (!loops) continue;
    const tree = dominatorTree(order, dominators);
    const depths = new Int32Array(graph.length);
    for (const header of order.nodes) {
      const latches = [...order.nodes].filter((node) => graph[node]!.includes(header) && dominates(tree, header, node));
      assert.is(loops.innermost[header] === header, latches.length > 0, name);
      if (latches.length === 0) continue;
      count++;
      const members = new Set<number>([header]);
      const pending = [...latches];
      while (pending.length > 0) {
        const node = pending.pop()!;
        if (members.has(node)) continue;
        members.add(node);
        for (const other of order.nodes) if (graph[other]!.includes(node)) pending.push(other);
      }
      for (const node of members) depths[node]!++;
      assert.equal(new Set(nodesOfLoop(loops, order, header)), members, name);
      assert.ok(order.nodes.every((node) => isInLoop(loops, node, header) === members.has(node)));
    }
    assert.equal(loops.depths, depths, name);
  }
  assert.ok(count > 1000);
});

test('a loop that is entered in two places keeps the loops in it and around it as they are', () => {
  // 1 is a loop around the cycle of 3 and 4, in which 4 loops on itself.
  const plan = structure(FlowGraph.of([[1], [2, 6], [4, 3], [4], [4, 5], [3, 1], []]));
  const dispatcher = 7;
  assert.is(plan.originals, dispatcher);
  const { starts, targets } = plan.graph;
  assert.equal([...targets.subarray(starts[dispatcher], starts[dispatcher + 1])], [3, 4]);
  assert.equal(
    [1, 2, 3, 4, 5, 6].map((node) => plan.loops.depths[node]),
    [1, 1, 2, 3, 2, 0],
  );
  const relays = [8, 9, 10].map((node) => [targets[starts[node]!], plan.selectors[starts[node]!], plan.goals[starts[node]!]]);
  assert.equal(relays, [
    [dispatcher, 1, 4],
    [dispatcher, 0, 3],
    [dispatcher, 0, 3],
  ]);
  assert.is(targets[starts[3]!], 4, 'what goes forward needs no dispatcher');
});

test('what is likely follows; what is behind a loop does not nest in it', () => {
  const text = (plan: Plan): string => {
    const names = ['', 'block', 'loop', 'end'];
    return Array.from({ length: plan.steps.length / 2 }, (_, at) => {
      const [kind, value] = plan.steps.subarray(at * 2);
      return `${names[kind!]}${kind === NODE ? value : kind === END ? '' : ` L${value}`}`;
    }).join(' ');
  };
  assert.is(text(structure(FlowGraph.of([[1, 2], [3], [3], []]))), 'block L0 block L1 0 1 end 2 end 3');
  assert.is(text(structure(FlowGraph.of([[1], [1, 2], [2, 3], []]))), '0 loop L0 1 end loop L1 2 end 3');
  assert.is(text(structure(FlowGraph.of([[1], [2], []]))), '0 1 2');
  assert.is(text(structure(FlowGraph.of([[1, 1], []]))), '0 1');
  assert.is(text(structure(FlowGraph.of([[0, 1], []]))), 'loop L0 0 end 1');
});

test('large graphs: deep, wide, and none too slow to plan', () => {
  const count = 100000;
  const chain = Array.from({ length: count }, (_, node) => (node === count - 1 ? [] : [node + 1]));
  assert.is(structure(FlowGraph.of(chain)).labelCount, 0);
  const exits = Array.from({ length: count }, (_, node) => (node >= count / 2 ? [] : [Math.min(node + 1, count / 2), node + count / 2]));
  const plan = structure(FlowGraph.of(exits));
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < plan.steps.length; at += 2) {
    if (plan.steps[at] === END) depth--;
    else if (plan.steps[at] !== NODE) depth++;
    deepest = Math.max(deepest, depth);
  }
  assert.ok(deepest < 100, `${deepest}`);
  const cycle = chain.map((successors, node) => (node === count - 1 ? [0] : [...successors, 0, node]));
  assert.is(structure(FlowGraph.of(cycle)).loops.depths[5], 2);
  const nested = Array.from({ length: 600 }, (_, node) => (node < 300 ? [node + 1] : node < 599 ? [node + 1, 599 - node] : []));
  assert.is(structure(FlowGraph.of(nested)).loops.depths[300], 299);
  for (const [name, make] of [
    ['reducible', (seed: number): number[][] => programGraph(generator(seed), 400, 0)],
    ['irreducible', (seed: number): number[][] => programGraph(generator(seed), 400, 8)],
    ['small', (seed: number): number[][] => programGraph(generator(seed), 8, 0)],
  ] as const) {
    const flows = Array.from({ length: 100 }, (_, seed) => FlowGraph.of(make(seed)));
    const nodes = flows.reduce((sum, flow) => sum + flow.count, 0);
    for (const flow of flows) structure(flow);
    const start = performance.now();
    for (let round = 0; round < 10; round++) for (const flow of flows) structure(flow);
    const time = ((performance.now() - start) * 1000) / (nodes * 10);
    console.log(`structure, ${name}: ${time.toFixed(2)} us a node, ${(nodes / 100).toFixed(0)} nodes a graph`);
  }
});

test.run();
