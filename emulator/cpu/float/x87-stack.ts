/** The registers of the x87 as a stack, its status word, and how operations report what they found. */

import { type GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { CPU_STATE } from '../../memory/layout.ts';
import { X87_CONTROL, X87_REGISTERS, X87_STATUS, X87_TAGS } from '../state.ts';
import { DENORMAL_OPERAND, DIVIDE_BY_ZERO, Environment, INVALID_OPERATION } from './environment.ts';
import type { Float } from './number.ts';

const STATE = indexOf(CPU_STATE);
const CONTROL = STATE + X87_CONTROL;
const STATUS = STATE + X87_STATUS;
const TAGS = STATE + X87_TAGS;
/** By words. */
const REGISTERS = (STATE + X87_REGISTERS) >>> 2;

/** Condition bits of the status word. */
export const C0 = 0x100;
export const C1 = 0x200;
export const C2 = 0x400;
export const C3 = 0x4000;
const STACK_FAULT = 0x40;
/** A summary of the exceptions that are not masked, and the busy bit, which is the same. */
const SUMMARY = 0x8080;
const PENDING = 0x80;
const BEFORE_OPERATION = INVALID_OPERATION | DENORMAL_OPERAND | DIVIDE_BY_ZERO;

export class X87Stack {
  readonly environment: Environment = new Environment();
  readonly view: DataView;
  readonly words: Int32Array;

  constructor(memory: GuestMemory) {
    this.view = memory.view;
    this.words = memory.words;
  }

  /** Whether an exception waits for the next instruction. */
  pending(): boolean {
    return (this.view.getUint16(STATUS, true) & PENDING) !== 0;
  }

  status(): number {
    return this.view.getUint16(STATUS, true);
  }

  control(): number {
    return this.view.getUint16(CONTROL, true);
  }

  /** Makes the environment what the control word says, with nothing found yet. */
  begin(): void {
    const { environment } = this;
    const control = this.control();
    environment.rounding = (control >>> 10) & 3;
    environment.masks = control & 63;
    environment.flags = 0;
    environment.roundedUp = false;
  }

  /** ST(i) is empty from now on. */
  free(register: number): void {
    this.view.setUint8(TAGS, this.view.getUint8(TAGS) & ~(1 << ((this.top() + register) & 7)));
  }

  /** The physical register that is ST(0). */
  top(): number {
    return (this.view.getUint16(STATUS, true) >>> 11) & 7;
  }

  /** The top of the stack becomes this one, modulo 8. */
  setTop(top: number): void {
    this.view.setUint16(STATUS, (this.view.getUint16(STATUS, true) & ~0x3800) | ((top & 7) << 11), true);
  }

  /** Changes condition bits of the status word. */
  setConditions(mask: number, value: number): void {
    this.view.setUint16(STATUS, (this.view.getUint16(STATUS, true) & ~mask) | value, true);
  }

  isEmpty(register: number): boolean {
    return (this.view.getUint8(TAGS) & (1 << ((this.top() + register) & 7))) === 0;
  }

  /** The first word of ST(i). */
  at(register: number): number {
    return REGISTERS + (((this.top() + register) & 7) << 2);
  }

  read(into: Float, register: number): void {
    const at = this.at(register);
    into.fromExtended(this.words[at]!, this.words[at + 1]!, this.words[at + 2]!);
  }

  /** Fills ST(i). */
  writeParts(register: number, low: number, high: number, top: number): void {
    const at = this.at(register);
    this.words[at] = low;
    this.words[at + 1] = high;
    this.words[at + 2] = top;
    this.view.setUint8(TAGS, this.view.getUint8(TAGS) | (1 << ((this.top() + register) & 7)));
  }

  write(register: number, value: Float): void {
    this.writeParts(register, value.toExtendedLow(), value.toExtendedHigh(), value.toExtendedTop());
  }

  writeIndefinite(register: number): void {
    this.writeParts(register, 0, 0xc0000000 | 0, 0xffff);
  }

  pop(): void {
    const top = this.top();
    this.view.setUint8(TAGS, this.view.getUint8(TAGS) & ~(1 << top));
    this.setTop(top + 1);
  }

  popTimes(count: number): void {
    for (let time = 0; time < count; time++) this.pop();
  }

  /** Reports what the environment found. True if the operation must not have a result, because of an exception that is not masked. */
  report(): boolean {
    const environment = this.environment;
    const stops = (environment.flags & ~environment.masks & BEFORE_OPERATION) !== 0;
    if (stops) environment.flags &= BEFORE_OPERATION | STACK_FAULT;
    const upward = environment.roundedUp && !stops ? C1 : 0;
    let status = (this.view.getUint16(STATUS, true) & ~C1) | environment.flags | upward;
    if ((status & ~environment.masks & 63) !== 0) status |= SUMMARY;
    this.view.setUint16(STATUS, status, true);
    return stops;
  }

  /** An empty register was read, or with `overflow` one was to be filled that is not empty. True if there is no result. */
  stackFault(overflow: boolean): boolean {
    this.environment.flags = INVALID_OPERATION | STACK_FAULT;
    this.environment.roundedUp = overflow;
    const stops = this.report();
    if (overflow) this.setConditions(C1, C1);
    return stops;
  }

  /** Makes room for a result. */
  push(): void {
    this.setTop(this.top() + 7);
  }

  /** Whether the register below the top is in use; then the masked response is made. */
  overflows(): boolean {
    if (this.isEmpty(7)) return false;
    if (!this.stackFault(true)) {
      this.push();
      this.writeIndefinite(0);
    }
    return true;
  }
}
