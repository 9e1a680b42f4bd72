/**
 * The image of the floating-point state that FXSAVE makes and signal frames carry (Intel SDM vol. 1, 10.5.1), 512 bytes:
 *
 *     offset  size   what
 *          0     2   control word
 *          2     2   status word
 *          4     1   a bit for each physical register: 1 not empty
 *          6     2   last opcode
 *          8     8   last instruction's address
 *         16     8   last operand's address
 *         24     4   MXCSR
 *         28     4   which bits of MXCSR there are
 *         32   128   ST0 to ST7, 16 bytes each
 *        160   256   XMM0 to XMM15
 */

import { MXCSR_DEFAULT, MXCSR_MASK, setMxcsr } from '../cpu/float/mxcsr.ts';
import {
  MXCSR,
  X87_CONTROL,
  X87_INSTRUCTION,
  X87_OPCODE,
  X87_OPERAND,
  X87_REGISTERS,
  X87_STATUS,
  X87_TAGS,
  XMM,
} from '../cpu/state.ts';

export const FXSAVE_SIZE = 512;
/** In the status word: an exception waits. Like AMD's processors, an image has the pointers only then. */
const PENDING = 0x80;
/** The state has selectors above addresses. */
const ADDRESS_SIZE = 6;
const STACK = 32;
const REGISTERS = 160;

/** Copies the state at index `state` to an image at `at`. */
export function saveFloat(bytes: Uint8Array, view: DataView, state: number, at: number): void {
  bytes.fill(0, at, at + FXSAVE_SIZE);
  view.setUint16(at, view.getUint16(state + X87_CONTROL, true), true);
  const status = view.getUint16(state + X87_STATUS, true);
  view.setUint16(at + 2, status, true);
  bytes[at + 4] = bytes[state + X87_TAGS]!;
  if ((status & PENDING) !== 0) {
    view.setUint16(at + 6, view.getUint16(state + X87_OPCODE, true), true);
    bytes.copyWithin(at + 8, state + X87_INSTRUCTION, state + X87_INSTRUCTION + ADDRESS_SIZE);
    bytes.copyWithin(at + 16, state + X87_OPERAND, state + X87_OPERAND + ADDRESS_SIZE);
  }
  view.setUint32(at + 24, view.getUint32(state + MXCSR, true), true);
  view.setUint32(at + 28, MXCSR_MASK, true);
  const top = (status >>> 11) & 7;
  for (let index = 0; index < 8; index++) {
    const from = state + X87_REGISTERS + ((top + index) & 7) * 16;
    bytes.copyWithin(at + STACK + index * 16, from, from + 10);
  }
  bytes.copyWithin(at + REGISTERS, state + XMM, state + XMM + 256);
}

/** Copies an image at `at` to the state; what MXCSR does not have is dropped. */
export function restoreFloat(bytes: Uint8Array, view: DataView, state: number, at: number): void {
  view.setUint16(state + X87_CONTROL, view.getUint16(at, true), true);
  const status = view.getUint16(at + 2, true);
  view.setUint16(state + X87_STATUS, status, true);
  bytes[state + X87_TAGS] = bytes[at + 4]!;
  view.setUint16(state + X87_OPCODE, view.getUint16(at + 6, true), true);
  bytes.copyWithin(state + X87_INSTRUCTION, at + 8, at + 8 + ADDRESS_SIZE);
  bytes.copyWithin(state + X87_OPERAND, at + 16, at + 16 + ADDRESS_SIZE);
  setMxcsr(view, state, view.getUint32(at + 24, true) & MXCSR_MASK);
  const top = (status >>> 11) & 7;
  for (let index = 0; index < 8; index++) {
    const to = state + X87_REGISTERS + ((top + index) & 7) * 16;
    bytes.copyWithin(to, at + STACK + index * 16, at + STACK + index * 16 + 10);
  }
  bytes.copyWithin(state + XMM, at + REGISTERS, at + REGISTERS + 256);
}

const INITIAL_CONTROL = 0x37f;

/** The state that a program starts with. */
export function clearFloat(bytes: Uint8Array, view: DataView, state: number): void {
  bytes.fill(0, state + XMM, state + XMM + 256);
  bytes.fill(0, state + X87_CONTROL, state + X87_REGISTERS + 128);
  view.setUint16(state + X87_CONTROL, INITIAL_CONTROL, true);
  setMxcsr(view, state, MXCSR_DEFAULT);
}
