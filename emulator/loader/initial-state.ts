/** The state of the processor in which a program starts. */

import * as state from '../cpu/state.ts';
import { type GuestMemory, indexOf } from '../memory/guest-memory.ts';
import { CPU_STATE } from '../memory/layout.ts';

/** All registers zero, floating point as FNINIT leaves it, all exceptions masked. */
export function clearState(memory: GuestMemory, entry: number, stackPointer: number): void {
  const at = indexOf(CPU_STATE);
  const { bytes, view } = memory;
  bytes.fill(0, at, at + state.STATE_SIZE);
  view.setUint32(at + state.GENERAL + 4 * 8, stackPointer, true);
  view.setUint32(at + state.INSTRUCTION_POINTER, entry, true);
  view.setUint32(at + state.INSTRUCTION_POINTER + 4, Math.floor(entry / 0x1_0000_0000), true);
  view.setUint32(at + state.FLAG_KIND, state.FLAGS_BITS, true);
  view.setUint32(at + state.MXCSR, 0x1f80, true);
  view.setUint16(at + state.X87_CONTROL, 0x37f, true);
}
