/** What is left to JavaScript, and what does nothing. */

import { Memory } from '../../wasm/opcodes.ts';
import { type Emitter, READ } from '../emit/emitter.ts';
import { i32 } from '../emit/expression.ts';
import { INSTRUCTION_POINTER } from '../state.ts';
import type { SemanticsTable } from './semantics.ts';

const nothing = (): void => undefined;

/** An instruction of the x87 unit, of its state, or on MXCSR: the helper gets the address, the register and the operand size. The unit remembers where it was. */
export function x87(t: Emitter): void {
  t.setState(Memory.i64Store, INSTRUCTION_POINTER, t.thisAddress());
  const address = t.isMemory ? t.operandAddress() : i32(0);
  t.helper('x87', [i32(t.form.id), address, t.isMemory ? i32(0) : t.rmNumber(), i32(t.size)]);
}

function system(t: Emitter): void {
  const hasMemory = t.form.hasModRM && t.isMemory;
  t.helper('system', [i32(t.form.id), hasMemory ? t.operandAddress() : i32(0)]);
}

/** By name. */
export const SYSTEM: SemanticsTable = {
  nop: nothing,
  pause: nothing,
  endbr64: nothing,
  endbr32: nothing,
  prefetch: nothing,
  prefetchw: nothing,
  prefetchwt1: nothing,
  prefetchnta: nothing,
  prefetcht0: nothing,
  prefetcht1: nothing,
  prefetcht2: nothing,
  lfence: nothing,
  mfence: nothing,
  sfence: nothing,
  clflush: (t) => void t.operandIndex(1, READ),
  cpuid: system,
  rdtsc: system,
  fwait: x87,
  fxsave: x87,
  fxrstor: x87,
  emms: x87,
  ldmxcsr: x87,
  stmxcsr: x87,
};
