/**
 * What is translated together: the blocks that can be reached from an address without a call or a return, as far as they have been executed. Each is
 * decoded anew; where one runs into another's start it ends there.
 */

import type { CodeCache } from '../cpu/interpreter/code-cache.ts';
import { FORMS } from '../cpu/forms.ts';
import { FORM, IMMEDIATE, LENGTH, RECORD_WORDS } from '../cpu/record.ts';
import { HEEDS_MXCSR, SEMANTICS } from '../cpu/semantics/registry.ts';
import { ENDS_BLOCK } from '../cpu/form-tables.ts';
import { FlowGraph } from './flow-graph.ts';

/**
 * How a block ends. All jumps through registers lead to one node without instructions, which `dispatches`: so that an interpreter's loop, in which
 * each part jumps to any other, is a loop.
 */
export type Ending = 'dispatches' | 'falls' | 'branches' | 'jumps' | 'calls' | 'jumps through' | 'calls through' | 'returns' | 'other';

/** By form. */
const ENDINGS: readonly Ending[] = FORMS.map((form) => {
  if (ENDS_BLOCK[form.id] === 0) return 'falls';
  const direct = form.operands[0]?.place === 'J';
  switch (form.mnemonics[0]) {
    case 'jmp':
      return direct ? 'jumps' : form.operands[0]?.place === 'E' ? 'jumps through' : 'other';
    case 'call':
      return direct ? 'calls' : 'calls through';
    case 'ret':
      return 'returns';
    default:
      return direct ? 'branches' : 'other';
  }
});

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
  /** Numbers of blocks, in the order of the graph's edges: what follows, then the target. */
  successors: number[];
  /** The block behind it, and that at the target; -1 for none. */
  next: number;
  taken: number;
  /** Of the node that dispatches, addresses and blocks of where it goes. */
  table: readonly (readonly [number, number])[];
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
}

/**
 * Finds the region at an address; undefined where there is no code. `jumps` tells where jumps through registers have gone; with `eager`, blocks
 * that were never executed belong to it as well.
 */
export function findRegion(cache: CodeCache, entry: number, limit: number, jumps: ReadonlyMap<number, ReadonlySet<number>>, eager: boolean): Region | undefined {
  const records = new Int32Array((limit + 64) * RECORD_WORDS);
  const addresses = new Float64Array(limit + 64);
  interface Found {
    readonly first: number;
    readonly count: number;
  }
  const found = new Map<number, Found>();
  const pending = [entry];
  const listed = new Set(pending);
  let used = 0;
  const want = (address: number): void => {
    if (listed.has(address) || (!eager && cache.lookUp(address) === 0)) return;
    listed.add(address);
    pending.push(address);
  };
  const targetOf = (index: number): number => {
    const record = index * RECORD_WORDS;
    return (addresses[index]! + records[record + LENGTH]! + records[record + IMMEDIATE]!) >>> 0;
  };
  while (pending.length > 0 && used < limit) {
    const address = pending.shift()!;
    const count = cache.decodeBlock(address, records.subarray(used * RECORD_WORDS), addresses.subarray(used));
    if (count <= 0) continue;
    found.set(address, { first: used, count });
    const last = used + count - 1;
    const form = records[last * RECORD_WORDS + FORM]!;
    const end = addresses[last]! + records[last * RECORD_WORDS + LENGTH]!;
    used += count;
    if (form === 0) continue;
    const ending = ENDINGS[form]!;
    if (ending === 'falls' || ending === 'branches' || ending === 'calls' || ending === 'calls through') want(end);
    if (ending === 'branches' || ending === 'jumps') want(targetOf(last));
    if (ending === 'jumps through') for (const target of jumps.get(addresses[last]!) ?? []) want(target);
  }
  const start = found.get(entry);
  // What begins with no instruction is for the interpreter to refuse.
  if (!start || !SEMANTICS[records[start.first * RECORD_WORDS + FORM]!]) return undefined;

  const numbers = new Map<number, number>();
  for (const address of found.keys()) numbers.set(address, numbers.size);
  const blocks: RegionBlock[] = [];
  const table = new Map<number, number>();
  let instructions = 0;
  let floats = false;
  for (const [address, { first, count }] of found) {
    let kept = 1;
    while (kept < count && !found.has(addresses[first + kept]!)) kept++;
    const last = first + kept - 1;
    const record = last * RECORD_WORDS;
    const form = records[record + FORM]!;
    const ending = form === 0 ? 'other' : ENDINGS[form]!;
    const end = addresses[last]! + Math.max(records[record + LENGTH]!, 1);
    const target = ending === 'branches' || ending === 'jumps' || ending === 'calls' ? targetOf(last) : 0;
    const number = (at: number): number => numbers.get(at) ?? -1;
    const block: RegionBlock = {
      address, end, record: first * RECORD_WORDS, count: kept, ending, target, successors: [], next: -1, taken: -1, table: [],
    };
    if (ending !== 'jumps' && ending !== 'returns' && ending !== 'jumps through' && ending !== 'other') block.next = number(end);
    if (ending === 'branches' || ending === 'jumps') block.taken = number(target);
    if (ending === 'jumps through') for (const at of jumps.get(addresses[last]!) ?? []) if (numbers.has(at)) table.set(at, number(at));
    block.successors = ending === 'jumps through' ? [] : [block.next, block.taken].filter((to) => to >= 0);
    blocks.push(block);
    instructions += kept;
    for (let index = first; index < first + kept; index++) if (HEEDS_MXCSR[records[index * RECORD_WORDS + FORM]!] === 1) floats = true;
  }
  if (table.size > 0) {
    for (const block of blocks) if (block.ending === 'jumps through') block.successors.push(blocks.length);
    const successors = [...table.values()];
    // With fewer than three edges it would look like a condition.
    while (successors.length < 3) successors.push(successors[0]!);
    blocks.push({ address: 0, end: 0, record: 0, count: 0, ending: 'dispatches', target: 0, successors, next: -1, taken: -1, table: [...table] });
  }
  return { blocks, records, addresses, graph: FlowGraph.of(blocks.map(({ successors }) => successors)), instructions, floats };
}
