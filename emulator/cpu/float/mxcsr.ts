/**
 * MXCSR, and whether floating point has to be exact about it: the state's EXACT_FLOAT.
 *
 * The fast path computes as WebAssembly does: to nearest, with nothing flushed, and without flags. That is right unless control bits say otherwise
 * (EXACT_CONTROL), or the program looks at flags (EXACT_FLAGS). Who wants to know flags clears them first, so `ldmxcsr` with the control bits that
 * are there already begins that; it does not end. `stmxcsr` begins nothing: the C library's cosine executes it each time, to see how to round, and
 * has no use for `ldmxcsr` if that is to nearest. Nor does fxrstor, which the dynamic linker executes for each function that it finds.
 *
 * Differs: flags that were set before the program cleared any are not known, and are 0.
 */

import { type GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { CPU_STATE } from '../../memory/layout.ts';
import { EXACT_FLOAT, MXCSR } from '../state.ts';

/** The bits of MXCSR that exist. */
export const MXCSR_MASK = 0xffff;
/** What MXCSR is when a program starts, and in a signal handler. */
export const MXCSR_DEFAULT = 0x1f80;
/** Those of its bits that are flags. */
const FLAGS = 0x3f;

/** EXACT_FLOAT: control bits want it. */
export const EXACT_CONTROL = 1;
/** EXACT_FLOAT: the program looks at flags. */
export const EXACT_FLAGS = 2;

const STATE = indexOf(CPU_STATE);

const isDefault = (value: number): boolean => (value & ~FLAGS) === MXCSR_DEFAULT;

/** Sets MXCSR of the state at an index to what it was at another time, as the kernel does around signal handlers. Bits that do not exist must not be set. */
export function setMxcsr(view: DataView, state: number, value: number): void {
  view.setInt32(state + MXCSR, value, true);
  const flags = view.getInt32(state + EXACT_FLOAT, true) & EXACT_FLAGS;
  view.setInt32(state + EXACT_FLOAT, flags | (isDefault(value) ? 0 : EXACT_CONTROL), true);
}

/** What fxrstor does to MXCSR. */
export const restoreMxcsr = ({ view }: GuestMemory, value: number): void => setMxcsr(view, STATE, value);

/** What ldmxcsr does to it. */
export function loadMxcsr({ view }: GuestMemory, value: number): void {
  const same = ((view.getInt32(STATE + MXCSR, true) ^ value) & ~FLAGS) === 0;
  if (same) view.setInt32(STATE + EXACT_FLOAT, view.getInt32(STATE + EXACT_FLOAT, true) | EXACT_FLAGS, true);
  setMxcsr(view, STATE, value);
}
