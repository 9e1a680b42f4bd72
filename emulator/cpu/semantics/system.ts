/** What is left to JavaScript, and what does nothing. */

import { I32, Memory } from '../../wasm/opcodes.ts';
import { type Emitter, READ } from '../emit/emitter.ts';
import { add, and, i32, wrap } from '../emit/expression.ts';
import { INSTRUCTION_POINTER, X87_STATUS } from '../state.ts';
import { FLOAT_ERROR, GENERAL_PROTECTION, type SemanticsTable } from './semantics.ts';

const nothing = (): void => undefined;

/** What waits for no exception that is pending. */
const WAITS_NOT = /^(fn|fx|ldmxcsr|stmxcsr)/;
/** The status word's bit that tells of an exception which is pending and not masked. */
const PENDING = 0x80;

/** What comes before the page of the operand is looked at, which is looked at before the helper is called. */
function raiseBeforePage(t: Emitter): void {
  const name = t.form.mnemonics[0]!;
  if (/^fx(save|rstor)/.test(name)) t.raiseIf(and(wrap(add(t.effectiveAddress(), t.segmentBase())), i32(15)), GENERAL_PROTECTION);
  else if (!WAITS_NOT.test(name)) t.raiseIf(and(t.state(Memory.i32Load8U, I32, X87_STATUS), i32(PENDING)), FLOAT_ERROR);
}

/** An instruction of the x87 unit, of its state, or on MXCSR: the helper gets the address, the register and the operand size. The unit remembers where it was. */
export function x87(t: Emitter): void {
  t.setState(Memory.i64Store, INSTRUCTION_POINTER, t.thisAddress());
  if (t.checked && t.isMemory) raiseBeforePage(t);
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
