/** What instructions do, by mnemonic. The files beside this one have them by kind. */

import type { Emitter } from '../emit/emitter.ts';

/** Writes what an instruction does; `emitter.form`, `size` and the rest say which instruction it is. */
export type Semantics = (emitter: Emitter) => void;

/** Semantics by the first of a form's names. */
export type SemanticsTable = Readonly<Record<string, Semantics>>;

/** Vectors of exceptions. */
export const DIVIDE_ERROR = 0;
export const DEBUG = 1;
export const BREAKPOINT = 3;
export const OVERFLOW_TRAP = 4;
export const INVALID_OPCODE = 6;
export const GENERAL_PROTECTION = 13;
/** An exception of the x87 that is pending. */
export const FLOAT_ERROR = 16;

/** Whether an exception comes after its instruction, which the instruction pointer is then behind. */
export const isTrap = (vector: number): boolean => vector === DEBUG || vector === BREAKPOINT || vector === OVERFLOW_TRAP;
