/** What the processor's faults are to programs: signals (arch/x86/kernel/traps.c, mm/fault.c). */

import { EXIT_ADDRESS, EXIT_DETAIL, MXCSR, X87_CONTROL, X87_STATUS } from '../cpu/state.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { CPU_STATE, PERMISSION_EXECUTE, PERMISSION_WRITE } from '../memory/layout.ts';
import { forceSignal } from './signal-delivery.ts';
import { SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, SI_KERNEL } from './signals.ts';
import { RIP, type Task } from './task.ts';
import { isVsyscall, vsyscall } from './vsyscall.ts';

const STATE = indexOf(CPU_STATE);

const FPE_INTDIV = 1;
const FPE_FLTDIV = 3;
const FPE_FLTOVF = 4;
const FPE_FLTUND = 5;
const FPE_FLTRES = 6;
const FPE_FLTINV = 7;
const ILL_ILLOPN = 2;
const TRAP_TRACE = 2;
const BUS_ADRALN = 1;
const SEGV_ACCERR = 2;

const VECTOR_DIVIDE = 0;
const VECTOR_DEBUG = 1;
const VECTOR_BREAKPOINT = 3;
const VECTOR_INVALID = 6;
const VECTOR_PAGE = 14;
const VECTOR_X87 = 16;
const VECTOR_ALIGNMENT = 17;
const VECTOR_SIMD = 19;

/** An access failed. The access is made again, or the task gets a signal. */
export function pageFault(task: Task): void {
  const { view } = task.memory;
  const low = view.getUint32(STATE + EXIT_ADDRESS, true);
  const address = view.getUint32(STATE + EXIT_ADDRESS + 4, true) * 0x1_0000_0000 + low;
  const access = view.getUint32(STATE + EXIT_DETAIL, true);
  if (access & PERMISSION_EXECUTE && isVsyscall(low, view.getUint32(STATE + EXIT_ADDRESS + 4, true))) return vsyscall(task, low);
  const fault = task.process.image.space.fault(address, access);
  task.process.usage.minorFaults++;
  const { trap } = task;
  trap.vector = VECTOR_PAGE;
  trap.address = address;
  trap.error = 4 | (access & PERMISSION_WRITE ? 2 : 0) | (access & PERMISSION_EXECUTE ? 16 : 0) | (fault?.code === SEGV_ACCERR ? 1 : 0);
  if (fault) forceSignal(task, { signal: fault.signal, code: fault.code, address });
}

/** The cause of a floating-point exception, from its status and what is masked. */
function floatCode(raised: number): number {
  if (raised & 1) return FPE_FLTINV;
  if (raised & 4) return FPE_FLTDIV;
  if (raised & 8) return FPE_FLTOVF;
  if (raised & 0x12) return FPE_FLTUND;
  return FPE_FLTRES;
}

/** The opcodes that are meant to be invalid: UD2, UD1, UD0. */
const MEANT = /^0f(0b|b9|ff)/;
/** How many bytes of an instruction are told, which are an opcode's with its prefixes. */
const TOLD = 8;

/** Tells of an instruction that the processor does not have, by its first bytes in hexadecimal. */
function reportInstruction(task: Task, address: number): void {
  let bytes = '';
  for (let at = address; at < address + TOLD && task.memory.readable(at, 1); at++) bytes += task.memory.bytes[indexOf(at)]!.toString(16).padStart(2, '0');
  if (!MEANT.test(bytes)) task.kernel.report(task, 'instruction', bytes);
}

/** An instruction raised an exception. */
export function exceptionRaised(task: Task): void {
  const { view } = task.memory;
  const address = task.register(RIP);
  const vector = view.getUint32(STATE + EXIT_DETAIL, true);
  task.trap.vector = vector;
  task.trap.error = 0;
  switch (vector) {
    case VECTOR_DIVIDE:
      return forceSignal(task, { signal: SIGFPE, code: FPE_INTDIV, address });
    case VECTOR_DEBUG:
      return forceSignal(task, { signal: SIGTRAP, code: TRAP_TRACE, address });
    case VECTOR_BREAKPOINT:
      return forceSignal(task, { signal: SIGTRAP, code: SI_KERNEL });
    case VECTOR_INVALID:
      reportInstruction(task, address);
      return forceSignal(task, { signal: SIGILL, code: ILL_ILLOPN, address });
    case VECTOR_ALIGNMENT:
      return forceSignal(task, { signal: SIGBUS, code: BUS_ADRALN });
    case VECTOR_X87: {
      const raised = view.getUint16(STATE + X87_STATUS, true) & ~view.getUint16(STATE + X87_CONTROL, true);
      return forceSignal(task, { signal: SIGFPE, code: floatCode(raised), address });
    }
    case VECTOR_SIMD: {
      const mxcsr = view.getUint32(STATE + MXCSR, true);
      return forceSignal(task, { signal: SIGFPE, code: floatCode(mxcsr & ~(mxcsr >>> 7)), address });
    }
    default:
      return forceSignal(task, { signal: SIGSEGV, code: SI_KERNEL });
  }
}

