/** The translated code of an address space: what is translated when, and what of it is still true. */

import { isMainThread } from 'node:worker_threads';
import type { CodeCache } from '../cpu/interpreter/code-cache.ts';
import { FORMS } from '../cpu/forms.ts';
import { replacedFlags, usedFlags } from '../cpu/flag-effects.ts';
import { DEPTH_LIMIT, TRANSLATED_FUNCTIONS, generateLinker } from '../cpu/interpreter/linker.ts';
import { HANDLER_BLOCK, HANDLER_ENTER } from '../cpu/interpreter/handlers.ts';
import { ADDRESS, HANDLER, SLOT } from '../cpu/interpreter/micro-op.ts';
import { DROPPED, JUMP_LOG, JUMP_LOG_PAIRS, STATE_INDEX } from '../cpu/interpreter/runtime.ts';
import { FORM, RECORD_WORDS } from '../cpu/record.ts';
import { ARITHMETIC_FLAGS, EXACT_FLOAT } from '../cpu/state.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import { PAGE_SIZE } from '../memory/layout.ts';
import { builtModule } from '../wasm/built.ts';
import { type WasmModule, type WasmTable, compileForSpeed, compileQuickly, wasm } from '../wasm/engine.ts';
import { type Region, findRegion } from './region.ts';
import { type Translation, functionName, translate } from './translator.ts';

/** The most instructions of a region. */
const LARGEST_REGION = 500;
/**
 * The most regions that there are at a time: so many functions the table has room for. Each module takes mappings of the process, of which Linux allows
 * 65530 (vm.max_map_count), and V8 ends the process when it gets none.
 */
const MOST_REGIONS = TRANSLATED_FUNCTIONS;
/** How much more often a block must be entered that is part of another's region. */
const COVERED_FACTOR = 16;
const PEEK = 16;
/**
 * Translating may take so much in all, nanoseconds, and from then on this share of the time so far: very large programs, which are hot all over, would
 * otherwise wait for V8's compiler most of the time.
 */
const FREE_TIME = 1e9;
const SHARE = 1 / 3;
/** What it took until now, in all address spaces. */
let timeSpent = 0;
const isAffordable = (): boolean => timeSpent < FREE_TIME || timeSpent < performance.now() * 1e6 * SHARE;
/** Whether a region calls no other functions of the guest. */
const isLeaf = ({ blocks }: Region): boolean => !blocks.some(({ ending, taken }) => ending === 'calls through' || (ending === 'calls' && taken < 0));

/** By form: whether a block ends with it, so that what follows is not known. */
const MAY_LEAVE = FORMS.map(({ mnemonics }) => /^(j[a-z]+|call|ret|loop[a-z]*|int|int1|int3|syscall|ud[012]|hlt)$/.test(mnemonics[0]!));

let linkerModule: WasmModule | undefined;
/** The module by which functions find each other. */
const linker = (): WasmModule => (linkerModule ??= new wasm.Module(builtModule(new URL('../cpu/interpreter/linker.wasm', import.meta.url), generateLinker)));

/** What was translated so far. */
export interface TranslatorStatistics {
  regions: number;
  instructions: number;
  bytes: number;
  /** Nanoseconds. */
  time: bigint;
}

interface Translated {
  /** Pairs of where a part of it begins and ends. */
  readonly ranges: Float64Array;
  readonly address: number;
  readonly slot: number;
  readonly code: unknown;
  /** The regions that call it. */
  readonly callers: Set<Translated>;
}

/** Where the code of a region is: what is not far from each other is one part. */
function rangesOf({ blocks }: Region): Float64Array {
  const ranges: number[] = [];
  for (const { address, end } of blocks.filter(({ count }) => count > 0).sort((a, b) => a.address - b.address)) {
    const last = ranges.length - 1;
    if (last > 0 && address - ranges[last]! < PAGE_SIZE) ranges[last] = Math.max(ranges[last]!, end);
    else ranges.push(address, end);
  }
  return Float64Array.from(ranges);
}

function overlaps({ ranges }: Translated, start: number, end: number): boolean {
  for (let at = 0; at < ranges.length; at += 2) if (ranges[at + 1]! > start && ranges[at]! < end) return true;
  return false;
}

/** How code is translated. */
export interface TranslationOptions {
  /** Whether accesses to memory are checked. */
  readonly checked: boolean;
  /** Code is translated together with what was never executed, by V8's quick compiler, and failures are thrown: for tests. */
  readonly eager: boolean;
  /** Whether instructions are counted. */
  readonly counts: boolean;
  /** Told of code that the translator fails at. */
  readonly failed: (address: number, error: unknown) => void;
  /** Another translator, for tests. */
  readonly translator?: typeof translate;
}

export class TranslatedCode {
  readonly statistics: TranslatorStatistics = { regions: 0, instructions: 0, bytes: 0, time: 0n };
  readonly #memory: GuestMemory;
  readonly #cache: CodeCache;
  readonly #imports: Record<string, unknown>;
  readonly #table: WasmTable;
  readonly #options: TranslationOptions;
  readonly #covered = new Set<number>();
  /** By address, a table with what is called there, for those that call what was not translated yet. */
  readonly #entries = new Map<number, WasmTable>();
  readonly #goTo: unknown;
  readonly #jumps = new Map<number, Set<number>>();
  readonly #flags = new Map<number, number>();
  readonly #regions = new Map<number, Translated>();
  readonly #records = new Int32Array(RECORD_WORDS * 64);
  readonly #addresses = new Float64Array(64);
  readonly #firstSlot: number;
  #nextSlot: number;
  /** Slots of what was dropped. */
  readonly #freeSlots: number[] = [];

  constructor(memory: GuestMemory, cache: CodeCache, imports: Record<string, unknown>, table: WasmTable, options: TranslationOptions) {
    this.#memory = memory;
    this.#cache = cache;
    const { exports } = new wasm.Instance(linker(), { emulator: imports });
    this.#imports = {
      ...exports, memory: imports['memory'],
      get x87() {
        return imports['x87Function'] ?? exports['x87'];
      },
    };
    this.#goTo = exports['goTo'];
    this.#table = table;
    this.#options = options;
    this.#firstSlot = table.length - TRANSLATED_FUNCTIONS;
    this.#nextSlot = this.#firstSlot;
  }

  /** A block whose head is at an index has been entered often: what is there is translated, if it can be and is not part of another's region. */
  hot(head: number): void {
    const at = head >>> 0;
    const address = this.#memory.view.getUint32(at + ADDRESS, true);
    if (this.#covered.delete(address)) this.#cache.restart(at, this.#cache.threshold * COVERED_FACTOR);
    else if (!isAffordable()) this.#cache.restart(at, this.#cache.threshold);
    else this.#install(address, at);
  }

  /** A region is not exact about floating point, which it would have to be: it is interpreted, for a while. */
  unsuited(address: number): void {
    const region = this.#regions.get(address);
    if (region) this.#drop(region);
  }

  /** Translates what is at an address, and has it entered from the head of its block. */
  #install(address: number, head: number): void {
    const region = this.#translate(address);
    if (!region) return;
    const { view } = this.#memory;
    view.setInt32(head + SLOT, region.slot, true);
    view.setUint16(head + HANDLER, HANDLER_ENTER, true);
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

  #translate(address: number): Translated | undefined {
    if (this.#regions.size >= MOST_REGIONS) return undefined;
    const started = process.hrtime.bigint();
    this.#readJumps();
    const region = findRegion(this.#cache, address, { limit: LARGEST_REGION, jumps: this.#jumps, eager: this.#options.eager });
    if (!region) return undefined;
    if (region.floats && this.#memory.view.getInt32(STATE_INDEX + EXACT_FLOAT, true) !== 0) return undefined;
    const translation = this.#generate(address, region);
    if (!translation) return undefined;
    const { module, called, entered } = translation;
    const slot = this.#freeSlots.pop() ?? this.#nextSlot++;
    const callees = called.map((callee) => this.#regions.get(callee)!);
    const functions = Object.fromEntries(callees.map(({ address: callee, code }) => [functionName(callee), code]));
    const tables = Object.fromEntries(entered.map((callee) => [functionName(callee), this.#entryOf(callee)]));
    const compiled = this.#options.eager ? compileQuickly(module) : compileForSpeed(module, isMainThread && isLeaf(region));
    const { exports } = new wasm.Instance(compiled, { emulator: this.#imports, functions, tables });
    const code = exports['code'];
    this.#table.set(slot, code);
    this.#entries.get(address)?.set(0, code);
    for (const block of region.blocks.slice(0, region.own)) if (block.address !== address) this.#covered.add(block.address);
    const translated: Translated = { ranges: rangesOf(region), address, slot, code, callers: new Set() };
    this.#regions.set(address, translated);
    for (const callee of callees) callee.callers.add(translated);
    const { statistics } = this;
    statistics.regions++;
    statistics.instructions += region.instructions;
    statistics.bytes += module.length;
    const time = process.hrtime.bigint() - started;
    statistics.time += time;
    timeSpent += Number(time);
    return translated;
  }

  /** A region as WebAssembly. Where the translator fails, which is told of, the region stays the interpreter's. */
  #generate(address: number, region: Region): Translation | undefined {
    const { checked, eager, counts, failed, translator = translate } = this.#options;
    try {
      return translator(region, {
        checked,
        depthLimit: DEPTH_LIMIT,
        counts,
        isTranslated: (target) => this.#regions.has(target),
        flagsAt: (target) => this.#flagsAt(target),
      });
    } catch (error) {
      if (eager) throw error;
      failed(address, error);
      return undefined;
    }
  }

  /** A table of one entry, which has what is to be called for an address: its function, or what finds another way. */
  #entryOf(address: number): WasmTable {
    const known = this.#entries.get(address);
    if (known) return known;
    const table = new wasm.Table({ element: 'anyfunc', initial: 1 });
    table.set(0, this.#goTo);
    this.#entries.set(address, table);
    return table;
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
    for (const region of this.#regions.values()) if (overlaps(region, start, end)) this.#drop(region);
  }

  /** A region and those that call it are translated anew when they are hot again; until then their heads are blocks'. */
  #drop(region: Translated): void {
    const { address } = region;
    if (this.#regions.get(address) !== region) return;
    this.#memory.words[DROPPED >>> 2]!++;
    this.#regions.delete(address);
    this.#covered.delete(address);
    this.#entries.get(address)?.set(0, this.#goTo);
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
