/**
 * The blocks that can be reached from an address without a call or a return, as far as they have been executed. Each is decoded anew; where one runs
 * into another's start it ends there.
 */

import type { CodeCache } from '../cpu/interpreter/code-cache.ts';
import { FORMS } from '../cpu/forms.ts';
import { FORM, IMMEDIATE, LENGTH, RECORD_WORDS } from '../cpu/record.ts';
import { HEEDS_MXCSR } from '../cpu/semantics/registry.ts';
import { ENDS_BLOCK } from '../cpu/form-tables.ts';

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

/** A block as it was decoded. */
export interface ShapeBlock {
  readonly address: number;
  /** The first address behind it. */
  readonly end: number;
  /** Its first record, and how many it has. */
  readonly first: number;
  readonly count: number;
  readonly ending: Ending;
  /** Where its last instruction is, and where it goes, or 0. */
  readonly last: number;
  readonly target: number;
}

/** A function, as far as it has been executed: the block at its entry comes first. */
export interface Shape {
  readonly blocks: readonly ShapeBlock[];
  readonly instructions: number;
  /** Whether the limit kept nothing out. */
  readonly isWhole: boolean;
  /** Whether any of it heeds MXCSR. */
  readonly floats: boolean;
}

/** Decodes functions into one array of records. */
export class ShapeReader {
  records: Int32Array = new Int32Array(64 * RECORD_WORDS);
  /** Address of each instruction, by record. */
  addresses: Float64Array = new Float64Array(64);
  readonly #cache: CodeCache;
  readonly #jumps: ReadonlyMap<number, ReadonlySet<number>>;
  readonly #eager: boolean;
  #used = 0;

  /** `jumps` tells where jumps through registers have gone; with `eager`, blocks that were never executed belong to functions as well. */
  constructor(cache: CodeCache, jumps: ReadonlyMap<number, ReadonlySet<number>>, eager: boolean) {
    this.#cache = cache;
    this.#jumps = jumps;
    this.#eager = eager;
  }

  /** Where the jump or call through a register at an address has gone. */
  targets(address: number): ReadonlySet<number> | undefined {
    return this.#jumps.get(address);
  }

  /** Whether what is at an address has been executed, or need not have been. */
  isKnown(address: number): boolean {
    return this.#eager || this.#cache.lookUp(address) !== 0;
  }

  /** Reads the function at an address, about `limit` instructions of it at most; undefined where there is no code. */
  read(entry: number, limit: number): Shape | undefined {
    const base = this.#used;
    const found = new Map<number, { readonly first: number; readonly count: number }>();
    const pending = [entry];
    const listed = new Set(pending);
    const want = (address: number): void => {
      if (listed.has(address) || !this.isKnown(address)) return;
      listed.add(address);
      pending.push(address);
    };
    while (pending.length > 0 && this.#used - base < limit) {
      const address = pending.shift()!;
      this.#makeRoom();
      const { records, addresses } = this;
      const count = this.#cache.decodeBlock(address, records.subarray(this.#used * RECORD_WORDS), addresses.subarray(this.#used));
      if (count <= 0) continue;
      found.set(address, { first: this.#used, count });
      const last = this.#used + count - 1;
      this.#used += count;
      const form = records[last * RECORD_WORDS + FORM]!;
      if (form === 0) continue;
      const ending = ENDINGS[form]!;
      if (ending === 'falls' || ending === 'branches' || ending === 'calls' || ending === 'calls through') want(addresses[last]! + records[last * RECORD_WORDS + LENGTH]!);
      if (ending === 'branches' || ending === 'jumps') want(this.#targetOf(last));
      if (ending === 'jumps through') for (const target of this.targets(addresses[last]!) ?? []) want(target);
    }
    if (!found.has(entry)) return undefined;
    let instructions = 0;
    let floats = false;
    const blocks: ShapeBlock[] = [];
    for (const [address, { first, count }] of found) {
      let kept = 1;
      while (kept < count && !found.has(this.addresses[first + kept]!)) kept++;
      const last = first + kept - 1;
      const record = last * RECORD_WORDS;
      const form = this.records[record + FORM]!;
      const ending = form === 0 ? 'other' : ENDINGS[form]!;
      const end = this.addresses[last]! + Math.max(this.records[record + LENGTH]!, 1);
      const target = ending === 'branches' || ending === 'jumps' || ending === 'calls' ? this.#targetOf(last) : 0;
      blocks.push({ address, end, first, count: kept, ending, last: this.addresses[last]!, target });
      instructions += kept;
      for (let index = first; index <= last; index++) if (HEEDS_MXCSR[this.records[index * RECORD_WORDS + FORM]!] === 1) floats = true;
    }
    return { blocks, instructions, isWhole: pending.length === 0, floats };
  }

  #makeRoom(): void {
    if (this.#used + 64 <= this.addresses.length) return;
    const records = new Int32Array(this.records.length * 2);
    records.set(this.records);
    this.records = records;
    const addresses = new Float64Array(this.addresses.length * 2);
    addresses.set(this.addresses);
    this.addresses = addresses;
  }

  #targetOf(index: number): number {
    const record = index * RECORD_WORDS;
    return (this.addresses[index]! + this.records[record + LENGTH]! + this.records[record + IMMEDIATE]!) >>> 0;
  }
}
