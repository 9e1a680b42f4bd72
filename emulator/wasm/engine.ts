/** The WebAssembly interface of JavaScript, as far as it is used here: TypeScript has its types only together with a browser's. */

import { setFlagsFromString } from 'node:v8';

export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

export interface WasmTable {
  readonly length: number;
  get(index: number): unknown;
  set(index: number, value: unknown): void;
  grow(delta: number): number;
}

/** A compiled module. */
export interface WasmModule {
  readonly module?: never;
}

export interface WasmInstance {
  readonly exports: Record<string, unknown>;
}

interface Engine {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  readonly Table: new (descriptor: { element: 'anyfunc'; initial: number }) => WasmTable;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: Record<string, Record<string, unknown>>) => WasmInstance;
  readonly RuntimeError: new (message?: string) => Error;
}

/** The engine. */
export const wasm: Engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;

/** How much code V8 lets run, by its own measure, before it optimises a function: its default, and some fifty times that. */
const USUAL_BUDGET = 1800000;
const PATIENT_BUDGET = 100000000;

/** Does something while V8 has other flags; `usual` are those that it has before and behind it, or it does not take what it compiled under others. */
function withFlags<T>(flags: readonly string[], usual: readonly string[], action: () => T): T {
  for (const flag of flags) setFlagsFromString(flag);
  try {
    return action();
  } finally {
    for (const flag of usual) setFlagsFromString(flag);
  }
}

/** Does something while V8 has another budget for functions: what a module's functions may run, and four times what one turn of a loop may count. */
export function withTieringBudget<T>(bytes: number, action: () => T): T {
  return withFlags([`--wasm-tiering-budget=${bytes}`], [`--wasm-tiering-budget=${USUAL_BUDGET}`], action);
}

/**
 * Compiles with V8's quick compiler, when functions are first called, and has V8 wait long before it optimises any: for code that most often
 * is over before that would pay. What is never called is not even validated.
 */
export function compileQuickly(bytes: Uint8Array, budget: number = PATIENT_BUDGET): WasmModule {
  return withFlags(['--wasm-lazy-validation'], ['--no-wasm-lazy-validation'], () => withTieringBudget(budget, () => new wasm.Module(bytes)));
}

/**
 * Compiles with V8's optimising compiler at once: what its quick one made would be replaced only when a function is called again, and a loop
 * that is in it stays in it. `unchecked`: without V8's look at the end of the stack, which is at the beginning of each function and in each turn of a
 * loop; that is for functions which call no others of their kind. A thread that V8 shall be able to end while they run must not have such.
 */
export function compileForSpeed(bytes: Uint8Array, unchecked: boolean): WasmModule {
  // Without the quick compiler V8 does not optimise functions later either, and does not take that back by itself.
  const usual = ['--liftoff', '--wasm-dynamic-tiering', '--wasm-lazy-compilation', '--wasm-stack-checks'];
  const flags = ['--no-liftoff', '--no-wasm-lazy-compilation', unchecked ? '--no-wasm-stack-checks' : '--wasm-stack-checks'];
  return withFlags(flags, usual, () => new wasm.Module(bytes));
}
