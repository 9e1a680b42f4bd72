/** The functions and places that every piece of generated code shares. */

import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, I64, V128, type ValueType } from '../../wasm/opcodes.ts';
import { CPU_STATE, MEMORY_PAGES, REBASE } from '../../memory/layout.ts';

/** The index of the state in memory. */
export const STATE_INDEX: number = CPU_STATE - REBASE;

/** Where interpreted indirect jumps note where they went: a count (4), and then as many pairs of addresses as there is room for. */
export const JUMP_LOG: number = 0xf0002000 - REBASE;
export const JUMP_LOG_PAIRS = 511;

/** A number that changes whenever translated code is dropped, which may be running: 4 bytes. */
export const DROPPED: number = CPU_STATE + 0xc00 - REBASE;

/** How many instructions translated code has executed, where they are counted: 8 bytes. */
export const EXECUTED: number = 0xf0004000 - REBASE;

/** Functions of JavaScript that generated code calls. */
export type Import = 'full' | 'unimplemented' | 'hot' | 'unsuited' | 'systemCall' | 'written' | 'x87' | 'exact' | 'system' | 'divide';

type Signature = readonly [readonly ValueType[], readonly ValueType[]];

/** Their parameters and results. */
export const IMPORTS: Readonly<Record<Import, Signature>> = {
  /** There is no room for another block: all are thrown away. */
  full: [[], []],
  /** An instruction (its form, its address) is decoded that is not done. */
  unimplemented: [[I32, I32], []],
  /** A block has been entered often (the index of its head); returns what to do next. */
  hot: [[I32], [I32]],
  /** Translated code of an address that is not exact about floating point was entered when it has to be. */
  unsuited: [[I32], []],
  systemCall: [[], [I32]],
  /** A page with decoded code is written to. */
  written: [[I32, I32], []],
  x87: [[I32, I32, I32, I32], [I32]],
  exact: [[I32, I32, I32, I32, I32, I32], [I32]],
  system: [[I32, I32], [I32]],
  divide: [[I32], [I32]],
};

/** Functions that translated code calls, beside those of JavaScript: the interpreter's and the linker's. */
export type TranslatedImport = Exclude<Import, 'full' | 'unimplemented' | 'hot'> | 'flags' | 'find' | 'fault';

/**
 * Their signatures. Those of all but the x87, which there is in a module of its own, end with a vector that says nothing: with each module V8 compiles a
 * wrapper for each signature of its imports, in case that functions of JavaScript come, and these take most of a small module's time; but
 * functions with vectors cannot be JavaScript's.
 */
export const TRANSLATED_IMPORTS: Readonly<Record<TranslatedImport, Signature>> = {
  unsuited: withVector(IMPORTS.unsuited),
  systemCall: withVector(IMPORTS.systemCall),
  written: withVector(IMPORTS.written),
  x87: IMPORTS.x87,
  exact: withVector(IMPORTS.exact),
  system: withVector(IMPORTS.system),
  divide: withVector(IMPORTS.divide),
  flags: withVector([[], [I32]]),
  find: withVector([[I64], [I32]]),
  fault: withVector([[I64, I32, I32, I32], []]),
};

function withVector([parameters, results]: Signature): Signature {
  return [[...parameters, V128], results];
}

/**
 * Imports the memory and the functions that translated code calls; returns the functions' numbers. The x87's, whose module is loaded for it, only where
 * it is wanted.
 */
export function importForTranslated(module: ModuleBuilder, wantsX87: boolean): Record<TranslatedImport, number> {
  const { x87, ...others } = TRANSLATED_IMPORTS;
  return { x87: -1, ...importAll(module, others), ...(wantsX87 && importFunctions(module, { x87 })) };
}

/** Imports the memory and functions; returns the functions' numbers. */
export function importRuntime(module: ModuleBuilder): Record<Import, number> {
  return importAll(module, IMPORTS);
}

function importAll<Name extends string>(module: ModuleBuilder, signatures: Readonly<Record<Name, Signature>>): Record<Name, number> {
  module.importMemory('emulator', 'memory', { initial: MEMORY_PAGES, maximum: MEMORY_PAGES, shared: true });
  return importFunctions(module, signatures);
}

function importFunctions<Name extends string>(module: ModuleBuilder, signatures: Readonly<Record<Name, Signature>>): Record<Name, number> {
  const numbers = {} as Record<Name, number>;
  for (const name of Object.keys(signatures) as Name[]) {
    const [parameters, results] = signatures[name];
    numbers[name] = module.importFunction('emulator', name, module.type(parameters, results));
  }
  return numbers;
}

