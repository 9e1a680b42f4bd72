/**
 * What is translated together: a function, as far as it has been executed, and small functions that it calls, once for each call. A call of such a one pushes its return address as ever, and goes on in the callee's blocks; where the callee returns, it is compared whether
 * that is where this call wanted it to.
 */

import type { CodeCache } from '../cpu/interpreter/code-cache.ts';
import { FORM, RECORD_WORDS } from '../cpu/record.ts';
import { SEMANTICS } from '../cpu/semantics/registry.ts';
import { FlowGraph } from './flow-graph.ts';
import { type Ending, type Shape, type ShapeBlock, ShapeReader } from './function-shape.ts';

/** The most instructions of a callee that becomes part of its caller, and of all of them; those that are deeper than that do not. */
const LARGEST_INLINED = 60;
const MOST_INLINED = 400;
const DEEPEST_INLINED = 6;
/** How often a function may be within itself. */
const MOST_RECURSION = 3;
/** A call through a register that has gone to more functions than that has none of them become part of its caller. */
const MOST_TARGETS = 4;

export interface RegionBlock {
  readonly address: number;
  /** The first address behind it. */
  readonly end: number;
  /** Where its records are, in words, and how many. */
  readonly record: number;
  readonly count: number;
  readonly ending: Ending;
  /** Where its last instruction goes, or 0. */
  readonly target: number;
  /** Numbers of blocks, in the order of the graph's edges: what follows, then the target; or, of a call through a register, the inlined functions' entries. */
  readonly successors: number[];
  /** The block behind it, or, of a return of an inlined function, that behind the call; and that at the target, also of an inlined call; -1 for none. */
  readonly next: number;
  readonly taken: number;
  /** Of the node that dispatches, and of a call through a register, addresses and blocks of where it goes. */
  readonly table: readonly (readonly [number, number])[];
  /** Of a return of an inlined function, the address to which it should go; or 0. */
  readonly back: number;
}

export interface Region {
  readonly blocks: readonly RegionBlock[];
  readonly records: Int32Array;
  /** Address of each instruction, by record. */
  readonly addresses: Float64Array;
  readonly graph: FlowGraph;
  readonly instructions: number;
  /** Whether any of it heeds MXCSR. */
  readonly floats: boolean;
  /** How many blocks, from the first on, are not those of inlined functions. */
  readonly own: number;
}

/** How a region is to be found. */
export interface RegionOptions {
  /** The most instructions of the function itself. */
  readonly limit: number;
  readonly jumps: ReadonlyMap<number, ReadonlySet<number>>;
  readonly eager: boolean;
}

/** A function in its place: the region's own, or one that was inlined. */
interface Instance {
  readonly shape: Shape;
  readonly entry: number;
  readonly caller: Instance | undefined;
  /** Where the call wants it to return to. */
  readonly back: number;
  readonly depth: number;
  /** Its inlined calls, by the address of the call instruction. */
  readonly calls: Map<number, Instance[]>;
}

function recursionOf(entry: number, caller: Instance | undefined): number {
  let count = 0;
  for (let at = caller; at; at = at.caller) if (at.entry === entry) count++;
  return count;
}

/** Decides what becomes part of a function; returns all instances, the function itself first. */
function inlineCalls(reader: ShapeReader, own: Instance): Instance[] {
  const instances = [own];
  const shapes = new Map<number, Shape | undefined>();
  const shapeOf = (address: number): Shape | undefined => {
    if (!shapes.has(address)) shapes.set(address, reader.isKnown(address) ? reader.read(address, LARGEST_INLINED) : undefined);
    const shape = shapes.get(address);
    // What heeds MXCSR does so only in what would be left for it anyway.
    const suits = shape && shape.isWhole && (own.shape.floats || !shape.floats) && shape.instructions <= LARGEST_INLINED && !shape.blocks.some(({ ending }) => ending === 'jumps through');
    return suits ? shape : undefined;
  };
  let total = 0;
  // Those that are less deep come first.
  for (let number = 0; number < instances.length; number++) {
    const caller = instances[number]!;
    if (caller.depth >= DEEPEST_INLINED) continue;
    const starts = new Set(caller.shape.blocks.map(({ address }) => address));
    for (const block of caller.shape.blocks) {
      if ((block.ending !== 'calls' && block.ending !== 'calls through') || !starts.has(block.end)) continue;
      const targets = block.ending === 'calls' ? [block.target] : [...(reader.targets(block.last) ?? [])];
      if (targets.length > MOST_TARGETS) continue;
      for (const entry of targets) {
        // What pushes the address of what follows calls itself only to know where it is.
        if (entry === block.end || recursionOf(entry, caller) >= MOST_RECURSION) continue;
        const shape = shapeOf(entry);
        if (!shape || total + shape.instructions > MOST_INLINED) continue;
        total += shape.instructions;
        const instance: Instance = { shape, entry, caller, back: block.end, depth: caller.depth + 1, calls: new Map() };
        instances.push(instance);
        const others = caller.calls.get(block.last);
        if (others) others.push(instance);
        else caller.calls.set(block.last, [instance]);
      }
    }
  }
  return instances;
}

const isCall = (ending: Ending): boolean => ending === 'calls' || ending === 'calls through';

/** Finds the region at an address; undefined where there is no code. */
export function findRegion(cache: CodeCache, entry: number, { limit, jumps, eager }: RegionOptions): Region | undefined {
  const reader = new ShapeReader(cache, jumps, eager);
  const shape = reader.read(entry, limit);
  // What begins with no instruction is for the interpreter to refuse.
  if (!shape || !SEMANTICS[reader.records[shape.blocks[0]!.first * RECORD_WORDS + FORM]!]) return undefined;
  const own: Instance = { shape, entry, caller: undefined, back: 0, depth: 0, calls: new Map() };
  const instances = inlineCalls(reader, own);
  const numbers = new Map<Instance, ReadonlyMap<number, number>>();
  let count = 0;
  for (const instance of instances) {
    numbers.set(instance, new Map(instance.shape.blocks.map(({ address }, index) => [address, count + index])));
    count += instance.shape.blocks.length;
  }
  const table = new Map<number, number>();
  for (const { ending, last } of shape.blocks) {
    if (ending !== 'jumps through') continue;
    for (const at of jumps.get(last) ?? []) {
      const number = numbers.get(own)!.get(at);
      if (number !== undefined) table.set(at, number);
    }
  }
  const blocks: RegionBlock[] = [];
  const place = (block: ShapeBlock, instance: Instance): RegionBlock => {
    const { address, end, first, ending, target } = block;
    const number = (at: number): number => numbers.get(instance)!.get(at) ?? -1;
    const inlined: [number, number][] = isCall(ending) ? (instance.calls.get(block.last) ?? []).map((callee) => [callee.entry, numbers.get(callee)!.get(callee.entry)!]) : [];
    let next = -1;
    let taken = -1;
    if (ending !== 'jumps' && ending !== 'returns' && ending !== 'jumps through' && ending !== 'other') next = number(end);
    if (ending === 'branches' || ending === 'jumps') taken = number(target);
    if (ending === 'returns' && instance.caller) next = numbers.get(instance.caller)!.get(instance.back)!;
    let successors = [next, taken];
    if (ending === 'calls' && inlined.length > 0) {
      // What follows is reached by the callee's return alone.
      taken = inlined[0]![1];
      successors = [taken];
    } else if (ending === 'calls through') {
      successors = [next, ...inlined.map(([, to]) => to)];
    } else if (ending === 'jumps through') {
      successors = table.size > 0 ? [count] : [];
    }
    return {
      address, end, record: first * RECORD_WORDS, count: block.count, ending, target, successors: successors.filter((to) => to >= 0), next, taken,
      table: ending === 'calls through' ? inlined : [], back: ending === 'returns' && instance.caller ? instance.back : 0,
    };
  };
  for (const instance of instances) for (const block of instance.shape.blocks) blocks.push(place(block, instance));
  if (table.size > 0) {
    const successors = [...table.values()];
    // With fewer than three edges it would look like a condition.
    while (successors.length < 3) successors.push(successors[0]!);
    blocks.push({ address: 0, end: 0, record: 0, count: 0, ending: 'dispatches', target: 0, successors, next: -1, taken: -1, table: [...table], back: 0 });
  }
  return {
    blocks,
    records: reader.records,
    addresses: reader.addresses,
    graph: FlowGraph.of(blocks.map(({ successors }) => successors)),
    instructions: instances.reduce((sum, { shape: { instructions } }) => sum + instructions, 0),
    floats: instances.some(({ shape: { floats } }) => floats),
    own: shape.blocks.length,
  };
}
