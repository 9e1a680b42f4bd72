/**
 * Instructions on the state of floating point as a whole: control words, environments, and images of everything.
 *
 * fnstenv, fldenv (28 bytes; with an operand size of 16 bits 14) and, with the registers of 10 bytes behind it, fnsave and frstor:
 *
 *     offset  16 bits   what
 *          0        0   control word
 *          4        2   status word
 *          8        4   tag word: 2 bits for each physical register: 0 valid, 1 zero, 2 special, 3 empty
 *         12        6   instruction: its offset
 *         16        8   its selector
 *         18            its opcode, without the five bits that all have
 *         20       10   operand: its offset
 *         24       12   its selector
 *
 * fxsave and fxrstor, 512 bytes:
 *
 *          0   control word                          8   instruction (8 bytes; fxsave without REX.W 4 and a selector)
 *          2   status word                          16   operand (likewise)
 *          4   tags, a bit each                     24   MXCSR, and its bits that exist
 *          6   opcode                               32   ST(0) to ST(7), 16 bytes each; 160: the XMM registers
 *
 * Differs: MXCSR_MASK is FFFFh; AMD's processors have 2FFFFh, for a bit that is theirs. Like AMD's, fxsave leaves the pointers 0 unless
 * an exception is pending.
 */

import { type GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { CPU_STATE } from '../../memory/layout.ts';
import { MXCSR, X87_CONTROL, X87_INSTRUCTION, X87_OPCODE, X87_OPERAND, X87_REGISTERS, X87_STATUS, X87_TAGS, XMM } from '../state.ts';
import { mayRead, mayWrite, raise } from './guest-operand.ts';
import { MXCSR_MASK, loadMxcsr, restoreMxcsr } from './mxcsr.ts';
import * as op from './x87-operations.ts';

const STATE = indexOf(CPU_STATE);
const CONTROL = STATE + X87_CONTROL;
const STATUS = STATE + X87_STATUS;
const TAGS = STATE + X87_TAGS;
const OPCODE = STATE + X87_OPCODE;
const INSTRUCTION = STATE + X87_INSTRUCTION;
const OPERAND = STATE + X87_OPERAND;
/** Addresses have 48 bits; the selectors are in the 16 above them. */
const INSTRUCTION_SELECTOR = INSTRUCTION + 6;
const OPERAND_SELECTOR = OPERAND + 6;
const REGISTERS = STATE + X87_REGISTERS;
const FIRST_XMM = STATE + XMM;

/** The bits of the control word that exist, and the one that is always set. */
const CONTROL_MASK = 0x1f7f;
const CONTROL_SET = 0x40;
const SUMMARY = 0x8080;
const EXCEPTIONS = 63;
const INITIAL_CONTROL = 0x37f;
const VECTOR_PROTECTION = 13;

/** Whether a form saves or restores the state and does nothing else: it needs none of what computes. */
export function isOfState(form: number): boolean {
  const operation = op.OPERATION[form]!;
  return operation === op.FXSAVE || operation === op.FXRSTOR || operation === op.LDMXCSR || operation === op.STMXCSR;
}

export class X87Images {
  readonly #memory: GuestMemory;
  readonly #view: DataView;

  constructor(memory: GuestMemory) {
    this.#memory = memory;
    this.#view = memory.view;
  }

  /** Executes a form of the state's alone, for which no exception has to wait. 0, EXIT_PAGE_FAULT or EXIT_EXCEPTION. */
  execute(form: number, address: number, size: number, checked: boolean): number {
    return this.control(op.OPERATION[form]!, address, size, checked);
  }

  /** One of the operations that control the x87. 0, EXIT_PAGE_FAULT or EXIT_EXCEPTION. */
  control(operation: number, address: number, size: number, checked: boolean): number {
    const view = this.#view;
    const memory = this.#memory;
    const at = indexOf(address);
    const environment = size === 2 ? 14 : 28;
    const length = operation === op.FXSAVE || operation === op.FXRSTOR ? 512 : operation === op.FNSAVE || operation === op.FRSTOR ? environment + 80 : environment;
    let failed = 0;
    switch (operation) {
      case op.NOTHING:
      case op.FWAIT:
        return 0;
      case op.FNCLEX:
        view.setUint16(STATUS, view.getUint16(STATUS, true) & 0x7f00, true);
        return 0;
      case op.FNINIT:
        this.#initialise();
        return 0;
      case op.EMMS:
        view.setUint8(TAGS, 0);
        view.setUint16(STATUS, view.getUint16(STATUS, true) & ~0x3800, true);
        return 0;
      case op.LDMXCSR:
        failed = mayRead(memory, checked, address, 4);
        if (failed !== 0) return failed;
        if ((view.getInt32(at, true) & ~MXCSR_MASK) !== 0) return raise(memory, VECTOR_PROTECTION);
        loadMxcsr(memory, view.getInt32(at, true));
        return 0;
      case op.STMXCSR:
        failed = mayWrite(memory, checked, address, 4);
        if (failed === 0) view.setInt32(at, view.getInt32(STATE + MXCSR, true), true);
        return failed;
      case op.FLDCW:
        failed = mayRead(memory, checked, address, 2);
        if (failed === 0) this.#setControl(view.getUint16(at, true));
        return failed;
      case op.FNSTCW:
        failed = mayWrite(memory, checked, address, 2);
        if (failed === 0) view.setUint16(at, view.getUint16(CONTROL, true), true);
        return failed;
    }
    if ((operation === op.FXSAVE || operation === op.FXRSTOR) && (address & 15) !== 0) return raise(memory, VECTOR_PROTECTION);
    const loads = operation === op.FLDENV || operation === op.FRSTOR || operation === op.FXRSTOR;
    failed = loads ? mayRead(memory, checked, address, length) : mayWrite(memory, checked, address, length);
    if (failed !== 0) return failed;
    switch (operation) {
      case op.FNSTENV:
        this.#storeEnvironment(at, size === 2);
        view.setUint16(CONTROL, view.getUint16(CONTROL, true) | EXCEPTIONS, true);
        this.#summarise();
        break;
      case op.FLDENV:
        this.#loadEnvironment(at, size === 2);
        break;
      case op.FNSAVE:
        this.#storeEnvironment(at, size === 2);
        for (let register = 0; register < 8; register++) this.#copyRegister(this.#stack(register), at + environment + register * 10);
        this.#initialise();
        break;
      case op.FRSTOR:
        this.#loadEnvironment(at, size === 2);
        for (let register = 0; register < 8; register++) this.#copyRegister(at + environment + register * 10, this.#stack(register));
        break;
      case op.FXSAVE:
        this.#saveAll(at, size === 8);
        break;
      default:
        return this.#restoreAll(at, size === 8);
    }
    return 0;
  }

  #setControl(value: number): void {
    this.#view.setUint16(CONTROL, (value & CONTROL_MASK) | CONTROL_SET, true);
    this.#summarise();
  }

  #summarise(): void {
    const status = this.#view.getUint16(STATUS, true) & ~SUMMARY;
    const pending = (status & ~this.#view.getUint16(CONTROL, true) & EXCEPTIONS) !== 0;
    this.#view.setUint16(STATUS, pending ? status | SUMMARY : status, true);
  }

  #initialise(): void {
    const view = this.#view;
    view.setUint16(CONTROL, INITIAL_CONTROL, true);
    view.setUint16(STATUS, 0, true);
    view.setUint8(TAGS, 0);
    view.setUint16(OPCODE, 0, true);
    this.#memory.bytes.fill(0, INSTRUCTION, OPERAND + 8);
  }

  /** Where ST(i) is. */
  #stack(register: number): number {
    return REGISTERS + ((((this.#view.getUint16(STATUS, true) >>> 11) + register) & 7) << 4);
  }

  #copyRegister(from: number, to: number): void {
    this.#memory.bytes.copyWithin(to, from, from + 10);
  }

  /** The tag word of two bits for each register, which the processor finds out from the registers. */
  #tagWord(): number {
    const view = this.#view;
    const tags = view.getUint8(TAGS);
    let word = 0;
    for (let register = 7; register >= 0; register--) {
      const at = REGISTERS + register * 16;
      const exponent = view.getUint16(at + 8, true) & 0x7fff;
      const high = view.getInt32(at + 4, true);
      let tag = 2;
      if ((tags & (1 << register)) === 0) tag = 3;
      else if (exponent === 0) tag = (high | view.getInt32(at, true)) === 0 ? 1 : 2;
      else if (exponent !== 0x7fff && high < 0) tag = 0;
      word = (word << 2) | tag;
    }
    return word;
  }

  #storeEnvironment(at: number, short: boolean): void {
    const view = this.#view;
    const control = view.getUint16(CONTROL, true);
    const status = view.getUint16(STATUS, true);
    const tags = this.#tagWord();
    const instruction = view.getInt32(INSTRUCTION, true);
    const operand = view.getInt32(OPERAND, true);
    if (short) {
      view.setUint16(at, control, true);
      view.setUint16(at + 2, status, true);
      view.setUint16(at + 4, tags, true);
      view.setUint16(at + 6, instruction, true);
      view.setUint16(at + 8, view.getUint16(INSTRUCTION_SELECTOR, true), true);
      view.setUint16(at + 10, operand, true);
      view.setUint16(at + 12, view.getUint16(OPERAND_SELECTOR, true), true);
      return;
    }
    view.setUint32(at, control | 0xffff0000, true);
    view.setUint32(at + 4, status | 0xffff0000, true);
    view.setUint32(at + 8, tags | 0xffff0000, true);
    view.setInt32(at + 12, instruction, true);
    view.setUint16(at + 16, view.getUint16(INSTRUCTION_SELECTOR, true), true);
    view.setUint16(at + 18, view.getUint16(OPCODE, true) & 0x7ff, true);
    view.setInt32(at + 20, operand, true);
    view.setUint32(at + 24, view.getUint16(OPERAND_SELECTOR, true) | 0xffff0000, true);
  }

  #loadEnvironment(at: number, short: boolean): void {
    const view = this.#view;
    const step = short ? 2 : 4;
    const control = view.getUint16(at, true);
    const status = view.getUint16(at + step, true);
    const tags = view.getUint16(at + step * 2, true);
    let present = 0;
    for (let register = 0; register < 8; register++) if (((tags >>> (register * 2)) & 3) !== 3) present |= 1 << register;
    view.setInt32(INSTRUCTION, short ? view.getUint16(at + 6, true) : view.getInt32(at + 12, true), true);
    view.setInt32(INSTRUCTION + 4, view.getUint16(at + (short ? 8 : 16), true) << 16, true);
    view.setInt32(OPERAND, short ? view.getUint16(at + 10, true) : view.getInt32(at + 20, true), true);
    view.setInt32(OPERAND + 4, view.getUint16(at + (short ? 12 : 24), true) << 16, true);
    view.setUint16(OPCODE, short ? 0 : view.getUint16(at + 18, true) & 0x7ff, true);
    view.setUint16(STATUS, status, true);
    view.setUint8(TAGS, present);
    this.#setControl(control);
  }

  #saveAll(at: number, wide: boolean): void {
    const view = this.#view;
    const { bytes } = this.#memory;
    const status = view.getUint16(STATUS, true);
    const pending = (status & SUMMARY) !== 0;
    view.setUint16(at, view.getUint16(CONTROL, true), true);
    view.setUint16(at + 2, status, true);
    view.setUint16(at + 4, view.getUint8(TAGS), true);
    view.setUint16(at + 6, pending ? view.getUint16(OPCODE, true) : 0, true);
    bytes.fill(0, at + 8, at + 24);
    if (pending) {
      const length = wide ? 6 : 4;
      bytes.copyWithin(at + 8, INSTRUCTION, INSTRUCTION + length);
      bytes.copyWithin(at + 16, OPERAND, OPERAND + length);
      if (!wide) {
        view.setUint16(at + 12, view.getUint16(INSTRUCTION_SELECTOR, true), true);
        view.setUint16(at + 20, view.getUint16(OPERAND_SELECTOR, true), true);
      }
    }
    view.setInt32(at + 24, view.getInt32(STATE + MXCSR, true), true);
    view.setInt32(at + 28, MXCSR_MASK, true);
    for (let register = 0; register < 8; register++) {
      const to = at + 32 + register * 16;
      this.#copyRegister(this.#stack(register), to);
      bytes.fill(0, to + 10, to + 16);
    }
    bytes.copyWithin(at + 160, FIRST_XMM, FIRST_XMM + 256);
  }

  #restoreAll(at: number, wide: boolean): number {
    const view = this.#view;
    const { bytes } = this.#memory;
    const mxcsr = view.getInt32(at + 24, true);
    if ((mxcsr & ~MXCSR_MASK) !== 0) return raise(this.#memory, VECTOR_PROTECTION);
    view.setUint16(STATUS, view.getUint16(at + 2, true), true);
    view.setUint8(TAGS, view.getUint8(at + 4));
    this.#setControl(view.getUint16(at, true));
    view.setUint16(OPCODE, view.getUint16(at + 6, true) & 0x7ff, true);
    const length = wide ? 6 : 4;
    bytes.fill(0, INSTRUCTION, OPERAND + 8);
    bytes.copyWithin(INSTRUCTION, at + 8, at + 8 + length);
    bytes.copyWithin(OPERAND, at + 16, at + 16 + length);
    if (!wide) {
      view.setUint16(INSTRUCTION_SELECTOR, view.getUint16(at + 12, true), true);
      view.setUint16(OPERAND_SELECTOR, view.getUint16(at + 20, true), true);
    }
    for (let register = 0; register < 8; register++) this.#copyRegister(at + 32 + register * 16, this.#stack(register));
    bytes.copyWithin(FIRST_XMM, at + 160, at + 416);
    restoreMxcsr(this.#memory, mxcsr);
    return 0;
  }
}
