/** The functions and places that every piece of generated code shares. */

import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, type ValueType } from '../../wasm/opcodes.ts';
import { CPU_STATE, MEMORY_PAGES, REBASE } from '../../memory/layout.ts';

/** The index of the state in memory. */
export const STATE_INDEX: number = CPU_STATE - REBASE;

/** Where interpreted indirect jumps note where they went: a count (4), and then as many pairs of addresses as there is room for. */
export const JUMP_LOG: number = 0xf0002000 - REBASE;
export const JUMP_LOG_PAIRS = 511;

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

/** Imports the memory and functions; returns the functions' numbers. */
export function importRuntime(module: ModuleBuilder): Record<Import, number> {
  module.importMemory('emulator', 'memory', { initial: MEMORY_PAGES, maximum: MEMORY_PAGES, shared: true });
  const numbers = {} as Record<Import, number>;
  for (const [name, [parameters, results]] of Object.entries(IMPORTS)) {
    numbers[name as Import] = module.importFunction('emulator', name, module.type(parameters, results));
  }
  return numbers;
}

