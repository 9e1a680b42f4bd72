/** The processor of one address space: the interpreter, and what it needs of JavaScript. */

import { type GuestMemory, indexOf } from '../memory/guest-memory.ts';
import { CODE_POOL, CPU_STATE } from '../memory/layout.ts';
import { builtModule } from '../wasm/built.ts';
import { type WasmInstance, type WasmModule, type WasmTable, compileQuickly, wasm, withTieringBudget } from '../wasm/engine.ts';
import { TranslatedCode, type TranslationOptions } from '../jit/translated-code.ts';
import { FORMS } from './forms.ts';
import { CodeCache, type DecoderExports } from './interpreter/code-cache.ts';
import { generateInterpreter } from './interpreter/generator.ts';
import { HANDLER_INVALID } from './interpreter/handlers.ts';
import { ADDRESS, HANDLER } from './interpreter/micro-op.ts';
import { EXECUTED } from './interpreter/runtime.ts';
import type { ProcessorContract, ProcessorHost, ProcessorStatistics } from './processor-contract.ts';
import {
  ARITHMETIC_FLAGS, EXIT_AGAIN, EXIT_PAGE_FAULT, EXIT_REASON, FLAGS_BITS, FLAG_FIRST, FLAG_KIND, INSTRUCTION_POINTER, OTHER_FLAGS, RUN_DEPTH, UPPER_BASE,
} from './state.ts';
import { System } from './system.ts';

const STATE = indexOf(CPU_STATE);
/** Where the outermost run of the interpreter would stop. */
const NOWHERE = -1;

/**
 * How much of a function of the interpreter is run before V8 optimizes it, in bytes of code. Of its loop each turn would count as hundreds of kilobytes; so
 * it is compiled while a turn counts for no more than a quarter of LOOP_BUDGET. Optimizing the usual loop costs what it saves in some five million turns,
 * and most programs are over, or translated, before they have made half of these; that of the interpreter alone costs five times as much.
 */
const INTERPRETER_BUDGET = 120_000_000;
const LOOP_BUDGET = 240;
const LOOP_BUDGET_ALONE = 256;
/** How often a block is entered, where nothing is translated, before the loop is called again. */
const AGAIN_AFTER = 20_000;

interface Compiled {
  readonly module: WasmModule;
  isLoopCompiled: boolean;
}

const compiled = new Map<boolean, Compiled>();

/** The interpreter as the build has written it, or as it is written now. */
function loadInterpreter(checked: boolean): Compiled {
  const known = compiled.get(checked);
  if (known) return known;
  const file = new URL(`./interpreter/${checked ? 'checked' : 'fast'}.wasm`, import.meta.url);
  const bytes = builtModule(file, () => generateInterpreter(checked));
  const made: Compiled = {
    module: compileQuickly(bytes, INTERPRETER_BUDGET),
    isLoopCompiled: false,
  };
  compiled.set(checked, made);
  return made;
}

interface Exports extends DecoderExports {
  readonly run: (op: number, stop: number) => number;
  readonly runAlone: (op: number, stop: number) => number;
  readonly flags: () => number;
  readonly find: (address: bigint) => number;
  readonly fault: unknown;
  readonly block: unknown;
  readonly table: WasmTable;
}

/** What can be chosen. */
export interface ProcessorOptions {
  /** How often a block is entered before it is translated; 0: never. */
  readonly threshold?: number;
  /** Code is translated together with what was never executed: for tests. */
  readonly eager?: boolean;
  /** What translates in place of the translator: for tests. */
  readonly translator?: TranslationOptions['translator'];
  /** Whether the instructions that translated code executes are counted. */
  readonly counts?: boolean;
  /** Whether accesses to memory are checked before anything asks for it. */
  readonly checked?: boolean;
}

/** Translating costs what some ten thousand instructions cost the interpreter, and most of what starts a program is not run often. */
const DEFAULT_THRESHOLD = 12000;

/**
 * The first translation of all costs much more: the translator is loaded, and slow while it is new, and a thread for ticks is started. Programs that are soon over
 * do without: it waits until one block has been entered so often, or blocks have been hot so often.
 */
const FIRST_ENTRIES = 40_000;
const FIRST_HOT = 200;
/** Where few blocks are hot, and one of them again, a program is in a loop that it will not leave soon. */
const FEW_HOT = 8;
const FIRST_ENTRIES_OF_FEW = 24_000;
/** Whether there was one. */
let translates = false;

export class Processor implements ProcessorContract {
  readonly memory: GuestMemory;
  readonly #host: ProcessorHost;
  readonly #system: System;
  readonly #threshold: number;
  readonly #translation: Pick<TranslationOptions, 'eager' | 'counts' | 'translator'>;
  #cache: CodeCache;
  #exports: Exports;
  #loop!: Exports['run'];
  #checked = false;
  /** How often blocks were hot while nothing is translated, and whether what is hot may run for long. */
  #hot = 0;
  #runsLong = false;
  /** What to do when there is a moment without code that runs. */
  #pendingCheck = false;
  translated: TranslatedCode | undefined;

  constructor(memory: GuestMemory, host: ProcessorHost, options: ProcessorOptions = {}) {
    this.memory = memory;
    this.#threshold = options.threshold ?? DEFAULT_THRESHOLD;
    const { eager = false, counts = false, translator } = options;
    this.#translation = { eager, counts, ...(translator && { translator }) };
    this.#pendingCheck = options.checked ?? false;
    this.#host = host;
    this.#system = new System(memory);
    [this.#cache, this.#exports] = this.#instantiate(false);
  }

  #instantiate(checked: boolean): [CodeCache, Exports] {
    const interpreter = loadInterpreter(checked);
    this.translated = undefined;
    const imports: Record<string, unknown> = {
        memory: this.memory.memory,
        full: () => cache.clear(),
        unimplemented: (form: number, address: number) => this.#host.unimplemented?.(FORMS[form]?.row ?? '', address >>> 0),
        hot: (head: number) => {
          translates ||= this.#threshold !== DEFAULT_THRESHOLD || this.#isTime(cache.entries(head >>> 0));
          if (translates && !this.#runsLong) {
            this.#runsLong = true;
            this.#host.runsLong?.();
          }
          if (this.#threshold === 0) {
            cache.restart(head >>> 0, AGAIN_AFTER);
          } else if (!translates) {
            cache.restart(head >>> 0, cache.threshold);
          } else {
            cache.restoreTables();
            code().hot(head);
          }
          // The loop may have been optimized in the meantime, which is of use only when it is called again.
          this.#leave(head >>> 0);
          return 0;
        },
        unsuited: (address: number) => code().unsuited(address >>> 0),
        // Code that is to be checked from now on is left, so that the next run begins anew.
        systemCall: () => this.#host.systemCall() || (this.#pendingCheck ? 1 : 0),
        written: (address: number, size: number) => this.forget(address >>> 0, (address >>> 0) + size),
        ...this.#system.imports(),
    };
    const instance: WasmInstance = new wasm.Instance(interpreter.module, { emulator: imports });
    const exports = instance.exports as unknown as Exports;
    const cache = new CodeCache(this.memory, exports);
    cache.threshold = this.#threshold || AGAIN_AFTER;
    this.#loop = this.#threshold === 0 ? exports.runAlone : exports.run;
    this.#system.flags = exports.flags;
    if (!interpreter.isLoopCompiled) {
      interpreter.isLoopCompiled = true;
      this.#compileLoop();
    }
    const { flags, run, fault, block, table } = exports;
    const system = this.#system;
    const outside = {
      ...imports, flags, run, fault, block, table,
      get x87Function() {
        return system.x87Function;
      },
    };
    const failed = (address: number, error: unknown): void => this.#host.untranslated?.(address, error);
    const code = (): TranslatedCode => (this.translated ??= new TranslatedCode(this.memory, cache, outside, table, { ...this.#translation, checked, failed }));
    return [cache, exports];
  }

  /** Whether it is time for a first translation, when a block is hot that has been entered so often. */
  #isTime(entries: number): boolean {
    this.#hot++;
    return this.#hot >= FIRST_HOT || entries >= FIRST_ENTRIES || (this.#hot <= FEW_HOT && entries >= FIRST_ENTRIES_OF_FEW);
  }

  /** V8 compiles the loop when it is called: it interprets what is no instruction. */
  #compileLoop(): void {
    const { view } = this.memory;
    const pointer = view.getBigUint64(STATE + INSTRUCTION_POINTER, true);
    const op = indexOf(CODE_POOL);
    view.setUint16(op + HANDLER, HANDLER_INVALID, true);
    withTieringBudget(this.#threshold === 0 ? LOOP_BUDGET_ALONE : LOOP_BUDGET, () => this.#loop(op | 0, 0));
    view.setBigUint64(STATE + INSTRUCTION_POINTER, pointer, true);
  }

  /** Notes that the loop is left only to be called again, for the block whose head is at an index. */
  #leave(head: number): void {
    const { view } = this.memory;
    view.setBigUint64(STATE + INSTRUCTION_POINTER, BigInt(view.getUint32(head + ADDRESS, true)), true);
    view.setInt32(STATE + EXIT_REASON, EXIT_AGAIN, true);
  }

  get checked(): boolean {
    return this.#checked;
  }

  run(): number {
    for (;;) {
      const reason = this.#runOnce();
      if (reason !== EXIT_AGAIN) return reason;
    }
  }

  #runOnce(): number {
    if (this.#pendingCheck) this.#switch();
    const { view } = this.memory;
    // The state may be another task's than it was.
    view.setInt32(STATE + UPPER_BASE + 4, 1, true);
    view.setInt32(STATE + RUN_DEPTH, 0, true);
    const address = view.getBigUint64(STATE + INSTRUCTION_POINTER, true);
    try {
      const op = this.#exports.find(address);
      // Nothing returns to an address that is none; where it does all the same, that fails.
      if (op !== 0 && this.#loop(op, NOWHERE) !== 0) this.#exports.find(BigInt(NOWHERE >>> 0));
    } catch (error) {
      // An access outside of memory, most often to the first 64 KiB; or the guest has written over what is not its own.
      if (!(error instanceof wasm.RuntimeError || error instanceof RangeError)) throw error;
      view.setInt32(STATE + EXIT_REASON, EXIT_PAGE_FAULT, true);
    }
    return view.getInt32(STATE + EXIT_REASON, true);
  }

  forget(start: number, end: number): void {
    this.#cache.forget(start, end);
    this.translated?.forget(start, end);
  }

  check(): void {
    if (!this.#checked) this.#pendingCheck = true;
  }

  #switch(): void {
    this.#pendingCheck = false;
    this.#checked = true;
    this.#system.check();
    this.#cache.clear();
    [this.#cache, this.#exports] = this.#instantiate(true);
  }

  flags(): number {
    return (this.#exports.flags() & ARITHMETIC_FLAGS) | this.memory.view.getInt32(STATE + OTHER_FLAGS, true) | 0x202;
  }

  setFlags(flags: number): void {
    const { view } = this.memory;
    view.setInt32(STATE + FLAG_KIND, FLAGS_BITS, true);
    view.setBigUint64(STATE + FLAG_FIRST, BigInt(flags & ARITHMETIC_FLAGS), true);
    view.setInt32(STATE + OTHER_FLAGS, flags & ~(ARITHMETIC_FLAGS | 0x202), true);
  }

  statistics(): ProcessorStatistics {
    const { view } = this.memory;
    const translated = this.translated?.statistics;
    return {
      instructions: this.#cache.executed() + (this.#translation.counts ? Number(view.getBigUint64(EXECUTED, true)) : 0),
      blocks: this.#cache.decodedBlocks,
      decodedInstructions: this.#cache.decodedInstructions,
      ...(translated && {
        regions: translated.regions,
        translatedInstructions: translated.instructions,
        translatedBytes: translated.bytes,
        translateMilliseconds: Number(translated.time) / 1e6,
      }),
    };
  }
}
