/** The translated code of an address space: what is translated when, and what of it is still true. */

import type { CodeCache } from '../cpu/interpreter/code-cache.ts';
import { FORMS } from '../cpu/forms.ts';
import { replacedFlags, usedFlags } from '../cpu/flag-effects.ts';
import { DEPTH_LIMIT, TRANSLATED_FUNCTIONS, generateLinker } from '../cpu/interpreter/linker.ts';
import { HANDLER_BLOCK, HANDLER_ENTER } from '../cpu/interpreter/handlers.ts';
import { ADDRESS, HANDLER, MICRO_OP_SIZE, SLOT } from '../cpu/interpreter/micro-op.ts';
import { JUMP_LOG, JUMP_LOG_PAIRS, STATE_INDEX } from '../cpu/interpreter/runtime.ts';
import { FORM, RECORD_WORDS } from '../cpu/record.ts';
import { ARITHMETIC_FLAGS, EXACT_FLOAT } from '../cpu/state.ts';
import { type GuestMemory, indexOf } from '../memory/guest-memory.ts';
import { CODE_COUNTERS } from '../memory/layout.ts';
import { type WasmModule, type WasmTable, compileForSpeed, compileQuickly, wasm } from '../wasm/engine.ts';
import { findRegion } from './region.ts';
import { functionName, translate } from './translator.ts';

/** The most instructions of a region. */
const LARGEST_REGION = 500;
/**
 * The most regions that there are at a time. Each module takes mappings of the process, of which Linux allows 65530 (vm.max_map_count), and V8
 * ends the process when it gets none.
 */
const MOST_REGIONS = 20000;
/** How much more often a block must be entered that is part of another's region. */
const COVERED_FACTOR = 16;
const PEEK = 16;
/** How often a region is entered, or goes round a loop, before it is compiled for speed; and a number that is never reached. */
const OPTIMISED_AFTER = 20000;
const NEVER = 0x3fffffff;

/** By form: whether a block ends with it, so that what follows is not known. */
const MAY_LEAVE = FORMS.map(({ mnemonics }) => /^(j[a-z]+|call|ret|loop[a-z]*|int|int1|int3|syscall|ud[012]|hlt)$/.test(mnemonics[0]!));

let linkerModule: WasmModule | undefined;
/** The module by which functions find each other; tables are all of one size. */
const linker = (tableSize: number): WasmModule => (linkerModule ??= compileForSpeed(generateLinker(tableSize)));

/** What was translated so far. */
export interface TranslatorStatistics {
  regions: number;
  /** How many of them for speed. */
  optimised: number;
  instructions: number;
  bytes: number;
  /** Nanoseconds. */
  time: bigint;
}

interface Translated {
  readonly start: number;
  readonly end: number;
  readonly address: number;
  readonly slot: number;
  /** The index of its counter, or 0. */
  readonly counter: number;
  /** Whether it was compiled for speed. */
  readonly optimised: boolean;
  readonly code: unknown;
  /** The regions that call it. */
  readonly callers: Set<Translated>;
}

export class TranslatedCode {
  readonly statistics: TranslatorStatistics = { regions: 0, optimised: 0, instructions: 0, bytes: 0, time: 0n };
  readonly #memory: GuestMemory;
  readonly #cache: CodeCache;
  readonly #imports: Record<string, unknown>;
  readonly #table: WasmTable;
  readonly #checked: boolean;
  readonly #eager: boolean;
  readonly #counts: boolean;
  readonly #covered = new Set<number>();
  readonly #jumps = new Map<number, Set<number>>();
  readonly #flags = new Map<number, number>();
  readonly #regions = new Map<number, Translated>();
  readonly #records = new Int32Array(RECORD_WORDS * 64);
  readonly #addresses = new Float64Array(64);
  readonly #firstSlot: number;
  #nextSlot: number;
  /** Slots of what was dropped. */
  readonly #freeSlots: number[] = [];

  constructor(memory: GuestMemory, cache: CodeCache, imports: Record<string, unknown>, table: WasmTable, checked: boolean, eager: boolean, counts: boolean) {
    this.#memory = memory;
    this.#cache = cache;
    const { exports } = new wasm.Instance(linker(table.length), { emulator: imports });
    this.#imports = Object.assign(Object.create(imports) as Record<string, unknown>, { find: exports['find'], goTo: exports['goTo'] });
    this.#table = table;
    this.#checked = checked;
    this.#eager = eager;
    this.#counts = counts;
    this.#firstSlot = table.length - TRANSLATED_FUNCTIONS;
    this.#nextSlot = this.#firstSlot;
  }

  /** A block whose head is at an index has been entered often. Returns the index to go on with. */
  hot(head: number): number {
    const at = head >>> 0;
    const { view } = this.#memory;
    const address = view.getUint32(at + ADDRESS, true);
    if (this.#covered.delete(address)) {
      this.#cache.restart(at, this.#cache.threshold * COVERED_FACTOR);
      return head + MICRO_OP_SIZE;
    }
    return this.#install(address, at, false) ? head : head + MICRO_OP_SIZE;
  }

  /** A region has run often, and is at another address: both are translated for speed. */
  promote(address: number, current: number): void {
    for (const wanted of [address >>> 0, current >>> 0]) {
      if (this.#regions.get(wanted)?.optimised) continue;
      const head = this.#cache.find(wanted) >>> 0;
      if (head === 0 || !this.#install(wanted, head, true)) this.#giveUp(wanted);
    }
  }

  /** A region is not exact about floating point, which it would have to be: it is interpreted, for a while. */
  unsuited(address: number): void {
    const region = this.#regions.get(address);
    if (region) this.#drop(region);
  }

  /** What cannot be translated better is not tried again. */
  #giveUp(address: number): void {
    const region = this.#regions.get(address);
    if (region) this.#memory.words[region.counter >>> 2] = NEVER;
  }

  /** Translates what is at an address, and has it entered from the head of its block. */
  #install(address: number, head: number, optimised: boolean): boolean {
    const region = this.#translate(address, optimised);
    if (!region) return false;
    const { view } = this.#memory;
    view.setInt32(head + SLOT, region.slot, true);
    view.setUint16(head + HANDLER, HANDLER_ENTER, true);
    return true;
  }

  /** Takes note of where jumps through registers have gone. */
  #readJumps(): void {
    const { view } = this.#memory;
    for (let pair = 0; pair <= JUMP_LOG_PAIRS; pair++) {
      const site = view.getUint32(JUMP_LOG + 8 + pair * 8, true);
      if (site === 0) continue;
      const target = view.getUint32(JUMP_LOG + 12 + pair * 8, true);
      const known = this.#jumps.get(site);
      if (known) known.add(target);
      else this.#jumps.set(site, new Set([target]));
    }
  }

  #translate(address: number, optimised: boolean): Translated | undefined {
    const before = this.#regions.get(address);
    if (!before && this.#regions.size >= MOST_REGIONS) return undefined;
    const started = process.hrtime.bigint();
    this.#readJumps();
    const region = findRegion(this.#cache, address, LARGEST_REGION, this.#jumps, this.#eager);
    if (!region) return undefined;
    if (region.floats && this.#memory.view.getInt32(STATE_INDEX + EXACT_FLOAT, true) !== 0) return undefined;
    const slot = before?.slot ?? this.#freeSlots.pop() ?? this.#nextSlot++;
    const counter = optimised ? 0 : indexOf(CODE_COUNTERS) + (slot - this.#firstSlot) * 4;
    const { module, callees } = translate(region, {
      checked: this.#checked,
      depthLimit: DEPTH_LIMIT,
      counter,
      counts: this.#counts,
      isTranslated: (target) => this.#regions.has(target),
      flagsAt: (target) => this.#flagsAt(target),
    });
    const called = callees.map((callee) => this.#regions.get(callee)!);
    const functions = Object.fromEntries(called.map(({ address: callee, code }) => [functionName(callee), code]));
    const instance = new wasm.Instance(optimised ? compileForSpeed(module) : compileQuickly(module), { emulator: this.#imports, functions });
    const code = instance.exports['code'];
    this.#table.set(slot, code);
    if (!optimised) this.#memory.words[counter >>> 2] = OPTIMISED_AFTER;
    let start = address;
    let end = address;
    for (const block of region.blocks) {
      if (block.count === 0) continue;
      start = Math.min(start, block.address);
      end = Math.max(end, block.end);
      if (block.address !== address) this.#covered.add(block.address);
    }
    const translated: Translated = { start, end, address, slot, counter, optimised, code, callers: before?.callers ?? new Set() };
    this.#regions.set(address, translated);
    for (const callee of called) callee.callers.add(translated);
    const { statistics } = this;
    statistics.regions++;
    if (optimised) statistics.optimised++;
    statistics.instructions += region.instructions;
    statistics.bytes += module.length;
    statistics.time += process.hrtime.bigint() - started;
    return translated;
  }

  /** The flags that code at an address may look at before it replaces them. */
  #flagsAt(address: number): number {
    const known = this.#flags.get(address);
    if (known !== undefined) return known;
    let open = ARITHMETIC_FLAGS;
    let used = 0;
    const count = this.#cache.decodeBlock(address, this.#records, this.#addresses);
    let index = 0;
    for (; index < Math.min(count, PEEK) && open !== 0; index++) {
      const record = index * RECORD_WORDS;
      const form = this.#records[record + FORM]!;
      used |= usedFlags(form) & open;
      if (form === 0 || MAY_LEAVE[form]) break;
      open &= ~replacedFlags(this.#records, record);
    }
    const flags = used | open;
    this.#flags.set(address, flags);
    return flags;
  }

  /** What is between two addresses is no longer what was translated: what was made of it is not entered again. */
  forget(start: number, end: number): void {
    this.#flags.clear();
    for (const region of this.#regions.values()) if (region.end > start && region.start < end) this.#drop(region);
  }

  /** A region and those that call it are translated anew when they are hot again; until then their heads are blocks'. */
  #drop(region: Translated): void {
    const { address } = region;
    if (this.#regions.get(address) !== region) return;
    this.#regions.delete(address);
    this.#covered.delete(address);
    // The module goes when nothing knows its function.
    this.#table.set(region.slot, null);
    this.#freeSlots.push(region.slot);
    for (const caller of region.callers) this.#drop(caller);
    const head = this.#cache.lookUp(address) >>> 0;
    if (head === 0) return;
    const { view } = this.#memory;
    if (view.getUint16(head + HANDLER, true) !== HANDLER_ENTER) return;
    view.setUint16(head + HANDLER, HANDLER_BLOCK, true);
    this.#cache.restart(head, this.#cache.threshold);
  }
}
